package capfile

import (
	"fmt"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Raw files of voice: frames of one codec, one after the other. Their packets are the frames;
// a frame's time is counted from the start of the file, for nothing else tells it.
//
//	#!iLBC20 or #!iLBC30 and a newline, then frames of 38 or 50 bytes    RFC 3952 §4.1
//	#!SILK_V3, then a length and a packet, over and over                 frames_silk.go
//	Ogg pages with Opus in them                                          frames_ogg.go
//	nothing but frames: only the user can say of which codec             OpenAs

// FrameLink is the first of our private link types: the packets of a raw file of voice are bare
// frames of the codec whose number (codec.ID) is added to it. No capture file has them.
const FrameLink uint16 = 0xF000

// The numbers of the codecs are those of codec.ID, which this package does not know; a test of
// package decoder compares them.
const (
	linkPCMU   = FrameLink + 1
	linkPCMA   = FrameLink + 2
	linkG722   = FrameLink + 3
	linkL16    = FrameLink + 4
	linkG729   = FrameLink + 5
	linkILBC20 = FrameLink + 6
	linkILBC30 = FrameLink + 7
	linkSILK   = FrameLink + 9
	linkOpus   = FrameLink + 10
)

// A fixed is a raw file whose frames, or pieces where the codec has no frames, have one size.
type fixed struct {
	as    string // what the user calls it
	what  string // for people
	link  uint16
	size  int           // bytes
	lasts time.Duration // of a frame
	samp  int           // samples a second that are assumed; 0 when the codec fixes them
	rest  int           // shortest last piece that still means something, bytes; 0: none
	says  string        // what had to be assumed
}

// bareKinds are the codecs that a file without a mark may be said to hold. Where a codec has no
// frames, a piece is what one packet usually holds.
var bareKinds = [...]fixed{
	{"pcmu", "G.711 µ-law", linkPCMU, 160, 20 * time.Millisecond, 0, 1, "the codec has no frames, so pieces of 20 ms (160 bytes) are shown as packets"},
	{"pcma", "G.711 A-law", linkPCMA, 160, 20 * time.Millisecond, 0, 1, "the codec has no frames, so pieces of 20 ms (160 bytes) are shown as packets"},
	{"g722", "G.722", linkG722, 160, 20 * time.Millisecond, 0, 1, "the codec has no frames, so pieces of 20 ms (160 bytes) are shown as packets"},
	{"l16", "L16", linkL16, 320, 20 * time.Millisecond, 8000, 1, "one channel of 8,000 samples a second, high byte first, is assumed, for nothing in the file tells it; pieces of 20 ms (320 bytes) are shown as packets"},
	{"g729", "G.729", linkG729, 10, 10 * time.Millisecond, 0, 2, "all frames are taken to have 10 bytes; a silence descriptor of 2 bytes could not be told from speech, and all after it would be read wrongly"},
	{"ilbc20", "iLBC, 20 ms", linkILBC20, 38, 20 * time.Millisecond, 0, 0, "all frames are taken to have 38 bytes"},
	{"ilbc30", "iLBC, 30 ms", linkILBC30, 50, 30 * time.Millisecond, 0, 0, "all frames are taken to have 50 bytes"},
}

// OpenAs is Open for a file without a head of its own, whose bytes the user says to be bare
// frames of a codec: "pcmu", "pcma", "g729", "g722", "l16", "ilbc20", "ilbc30". With "" it is
// Open. A file that has a head is refused: its own word counts for more.
func OpenAs(src Source, as string) (*File, error) {
	if as == "" {
		return Open(src)
	}
	for i := range bareKinds {
		if bareKinds[i].as != as {
			continue
		}
		head, err := readHead(src)
		if err != nil {
			return nil, err
		}
		if len(head) == 0 {
			return nil, refuse(src, head)
		}
		for _, known := range formats {
			if known.is(head) {
				return nil, &field.Error{In: "bare", Err: field.ErrFormat,
					What: "these are no bare frames: the file begins with the mark of " + known.name + "; open it without saying what it is"}
			}
		}
		f := &File{src: src, cache: cache{src: src}}
		k := &bareKinds[i]
		f.c = &frames{fixed: *k}
		f.addBlock(Block{Kind: "Bare frames", Text: "read as " + k.what + ", as you say; " + k.says})
		return f, nil
	}
	return nil, &field.Error{In: "bare", What: "“" + as + "” is no codec that bare frames can be read as", Err: field.ErrUnsupported}
}

// FrameParams says what a raw file tells of its codec, or what had to be assumed: samples a
// second, and channels. Both are 0 where the codec itself knows, and in captures.
func (f *File) FrameParams() (rate, channels int) {
	switch c := f.c.(type) {
	case *frames:
		if c.samp > 0 {
			return c.samp, 1
		}
	case *ogg:
		return 0, c.channels
	}
	return 0, 0
}

// A Trim is a stretch of sound that a raw file has decoded and not heard: what a decoder makes
// until it has settled, and what fills the last packet. Both count samples a channel of 48 kHz, on
// the clock of Record.Time.
type Trim struct{ At, Len int64 }

// Trims are the stretches that are not heard, in order, as far as the file was read. Only Ogg Opus
// has any. (RFC 7845 §4.2, §4.4)
func (f *File) Trims() []Trim {
	if c, ok := f.c.(*ogg); ok {
		return c.trims
	}
	return nil
}

func isILBC(head []byte) bool { return magic(ilbcMark20, ilbcMark30)(head) }

// The first lines of the storage format of iLBC. (RFC 3952 §4.1)
const (
	ilbcMark20 = "#!iLBC20\n"
	ilbcMark30 = "#!iLBC30\n"
)

func openILBC(f *File, head []byte) (container, *field.Error) {
	k := bareKinds[len(bareKinds)-1]
	if string(head[:len(ilbcMark20)]) == ilbcMark20 {
		k = bareKinds[len(bareKinds)-2]
	}
	f.addBlock(Block{Len: int64(len(ilbcMark30)), Kind: "iLBC file header", Text: "frames of " + ms(k.lasts) + ", " + countOf(k.size, "byte") + " each"})
	return &frames{fixed: k, start: len(ilbcMark30)}, nil
}

// A frames reads files whose frames all have one size, with or without a line in front.
type frames struct {
	fixed
	start int // bytes before the first frame
	rec   Record
}

func (c *frames) name() string {
	if c.start > 0 {
		return "ilbc"
	}
	return "bare"
}

func (c *frames) title() string {
	if c.start > 0 {
		return "iLBC frames of " + ms(c.lasts)
	}
	return "bare frames, read as " + c.what
}

func (c *frames) linkTypes() []uint16  { return []uint16{c.link} }
func (c *frames) specs() []*field.Spec { return frameSpecs }

// fill sets everything of a record but its offset and bytes.
func (c *frames) fill(r *Record, off int64, data []byte) {
	*r = Record{Off: off, Data: data, Time: c.index(off) * int64(c.lasts), OrigLen: uint32(len(data)), LinkType: c.link}
}

// index counts the frames before an offset.
func (c *frames) index(off int64) int64 { return (off - int64(c.start)) / int64(c.size) }

func (c *frames) walk(_ *File, p []byte, at int64, on func(*Record)) (int, *field.Error) {
	i := 0
	if at < int64(c.start) {
		if len(p) < c.start {
			return 0, nil
		}
		i = c.start // Open has read it
	}
	for ; len(p)-i >= c.size; i += c.size {
		c.fill(&c.rec, at+int64(i), p[i:i+c.size:i+c.size])
		on(&c.rec)
	}
	return i, nil
}

func (c *frames) want(_ []byte, at int64) int {
	if at < int64(c.start) {
		return c.start
	}
	return c.size
}

// end hands out a last piece that is shorter, where that means something: the last samples, or
// a silence descriptor of G.729.
func (c *frames) end(f *File, left []byte, on func(*Record)) (int, *field.Error) {
	if n := len(left); n == 0 || c.rest == 0 || f.done < int64(c.start) || !c.short(n) {
		return 0, nil
	}
	c.fill(&c.rec, f.done, left)
	on(&c.rec)
	return len(left), nil
}

// short reports whether a last piece of n bytes is handed out.
func (c *frames) short(n int) bool {
	return n < c.size && (c.rest == 1 || n == c.rest)
}

func (c *frames) record(f *File, off int64, r *Record) error {
	if off < int64(c.start) || (off-int64(c.start))%int64(c.size) != 0 {
		return &field.Error{Off: off, In: c.name(), What: "no frame starts here", Err: field.ErrFormat}
	}
	b, err := f.cache.view(off, c.size)
	if err != nil {
		return err
	}
	if len(b) < c.size && (len(b) == 0 || !c.short(len(b))) {
		return &field.Error{Off: off, In: c.name(), Err: field.ErrShort,
			What: fmt.Sprintf("the file ends inside a frame: it needs %d bytes, %d are there", c.size, len(b))}
	}
	c.fill(r, off, b)
	return nil
}

func (c *frames) rootSpec(_ []byte, b Block) *field.Spec {
	switch {
	case c.start > 0 && b.Off == 0:
		return specILBCFile
	case b.Off == 0 && b.Len == 0:
		return specBareFile
	}
	return specBareRest
}

func (c *frames) dissectBlock(_ *File, d *dissect.D, b Block) {
	switch {
	case c.start > 0 && b.Off == 0:
		d.Text(specILBCMark, len(ilbcMark30))
	case b.Off == 0 && b.Len == 0:
		d.Aside(specBareAs, field.Text(c.what))
		d.Note("%s", c.says)
	default:
		d.Rest(specBareData)
		d.Fault(field.ErrShort, "a frame needs %s", countOf(c.size, "byte"))
	}
}

func (c *frames) dissectRecord(f *File, d *dissect.D, off int64) error {
	b, err := f.cache.own(off, int64(c.size))
	if err != nil {
		return err
	}
	d.Buffer(specBare, field.Buffer{Name: "record", Data: b, FileOff: off,
		How: fmt.Sprintf("The bytes of the frame in the file, from offset %d on.", off)},
		func(d *dissect.D) {
			d.Rest(specBareData)
			if c.link == linkG729 && len(b) < c.size {
				d.Note("two bytes at the end of the file are taken for a silence descriptor")
			}
			asides(d, c.index(off), time.Duration(c.index(off))*c.lasts)
		})
	return nil
}

// asides tell what is counted and stands in no byte: the number and time of a frame.
func asides(d *dissect.D, index int64, at time.Duration) {
	d.Aside(specFrameIndex, field.Uint(uint64(index+1)))
	d.Aside(specFrameTime, field.Dur(at))
}

// ms writes a length of time for people.
func ms(t time.Duration) string {
	if t%time.Millisecond == 0 {
		return fmt.Sprintf("%d ms", t/time.Millisecond)
	}
	return fmt.Sprintf("%g ms", float64(t)/float64(time.Millisecond))
}
