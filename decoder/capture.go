package decoder

import (
	"errors"
	"io"
	"time"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/field"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/rtp"
)

// Options change how a capture is read. The zero value is right for programs.
type Options struct {
	// Window is the number of bytes read and fed at a time, 0 for 1 MiB.
	// Tests lower it.
	Window int

	// As is the name of the codec whose bare frames the file holds, for one that has no mark
	// of its own: "pcma"; "" for what its content says.
	As string

	// Looking, when not nil, always holds the number of the packet that is
	// being looked at, from 1, or 0: whoever must tell of a crash can read it.
	Looking *uint32
}

// A Capture is one opened file. It belongs to one goroutine.
type Capture struct {
	name   string
	size   int64             // bytes of the file as opened
	hash   string            // of the file as opened
	src    capfile.Source    // the capture: the file, or what was unpacked of it
	unpack *capfile.Unpacker // nil when the file is not compressed
	file   *capfile.File

	window int
	buf    []byte                  // of Step
	fed    int64                   // bytes of src that were fed
	on     func(r *capfile.Record) // c.add, bound once so that feeding allocates nothing
	sum    inet.Summary            // of the packet being indexed, reused
	done   bool
	err    error // why reading ended early, or nil

	packets  index.Packets
	flows    *flow.Table
	verdicts *classify.Verdicts // nil before the first
	treat    map[uint32]As      // what the user says of a flow, by flow number from 0
	codecs   map[rtp.Key]string // what the user says of a stream's codec
	as       string             // Options.As
	span     span
	looking  *uint32
	gen      uint32 // see Progress.Generation

	judged judged
	deep   *deep                  // the second look; nil before it begins
	owners map[inet.Addr]uint32   // public addresses that the user gave to hosts
	orders map[FlowOrder][]uint32 // flows sorted, as long as nothing changes
	pool   pool                   // of Rows
}

// Open recognises the file behind src by its content. name is how the user
// calls it; it decides nothing. A file that is no capture gives a *field.Error.
func Open(src capfile.Source, name string) (*Capture, error) {
	return OpenWith(src, name, Options{})
}

// OpenWith is Open with options.
func OpenWith(src capfile.Source, name string, o Options) (*Capture, error) {
	c := &Capture{
		name:    name,
		size:    src.Size(),
		src:     src,
		window:  o.Window,
		as:      o.As,
		looking: o.Looking,
		flows:   flow.NewTable(),
		treat:   map[uint32]As{},
	}
	if c.window <= 0 {
		c.window = 1 << 20
	}
	if c.looking == nil {
		c.looking = new(uint32)
	}
	*c.looking = 0
	c.on = c.add
	u, err := capfile.Unpack(src, capfile.UnpackBudget)
	if err != nil {
		return nil, err
	}
	if u != nil {
		// The head of what is inside tells whether it is a capture.
		c.unpack = u
		c.src = u.Source()
		for done := false; !done && c.src.Size() < headLen; {
			if done, err = u.Step(headLen); err != nil && c.src.Size() == 0 {
				return nil, err
			} else if err != nil {
				break // Step will meet it again, after what could be unpacked
			}
		}
	}
	if c.file, err = capfile.OpenAs(c.src, o.As); err != nil {
		return nil, err
	}
	if c.hash, err = Fingerprint(src); err != nil {
		return nil, err
	}
	return c, nil
}

// headLen is how much of a file capfile wants to see to recognise it.
const headLen = 4 << 10

// Name is how the user calls the file.
func (c *Capture) Name() string { return c.name }

// Format says what the file is: "pcap, little-endian, microseconds".
func (c *Capture) Format() string { return c.file.Title() }

// Hash is a fingerprint of the file's content: 12 hexadecimal digits.
func (c *Capture) Hash() string { return c.hash }

// Size is the size of the file as opened, in bytes.
func (c *Capture) Size() int64 { return c.size }

// Compressed reports whether the file is packed, so that Step must do the
// reading: the bytes that Feed wants are not those of the file.
func (c *Capture) Compressed() bool { return c.unpack != nil }

// Len is the number of packets read so far.
func (c *Capture) Len() int { return c.packets.Len() }

// Err is why reading ended before the end of the file, or what was left out
// on the way to it (see Through), or nil.
func (c *Capture) Err() error { return c.err }

// Through reports that reading reached the end of the file. Err may still tell
// of a part that made no sense and was passed over.
func (c *Capture) Through() bool { return c.done && c.file.Fed() >= c.src.Size() }

// Feed takes the next bytes of a file that is not compressed, in order and in
// pieces of any size; p is not kept. After the first error the capture is done.
func (c *Capture) Feed(p []byte) error {
	if c.done {
		return c.err
	}
	c.fed += int64(len(p))
	if err := c.file.Feed(p, c.on); err != nil {
		c.end(err)
		return err
	}
	c.judge(false)
	return nil
}

// Finish says that the whole file has been fed. It returns an error when the
// file stops in the middle of something; all before it can be used.
func (c *Capture) Finish() error {
	if !c.done {
		c.end(c.file.Finish())
	}
	return c.err
}

// Stop ends the reading early, because the user wants it (nil) or because of
// an error. What has been read stays.
func (c *Capture) Stop(err error) {
	if !c.done {
		c.end(err)
	}
}

func (c *Capture) end(err error) {
	c.done = true
	c.err = err
	c.buf = nil
	*c.looking = 0
	c.judge(true)
}

// Step reads on for about as long as budget says. It returns io.EOF when the
// whole file has been read, and another error when reading ended early.
func (c *Capture) Step(budget time.Duration) (Progress, error) {
	for start := time.Now(); !c.done; {
		c.step()
		if time.Since(start) >= budget {
			break
		}
	}
	switch {
	case !c.done:
		return c.Progress(), nil
	case c.err != nil:
		return c.Progress(), c.err
	}
	return c.Progress(), io.EOF
}

// step feeds one window.
func (c *Capture) step() {
	var unpackErr error
	last := true // src grows no more
	if c.unpack != nil {
		last, unpackErr = c.unpack.Step(c.window)
		last = last || unpackErr != nil
	}
	if c.buf == nil {
		c.buf = make([]byte, c.window)
	}
	for size := c.src.Size(); c.fed < size; {
		n := int(min(size-c.fed, int64(len(c.buf))))
		k, err := c.src.ReadAt(c.buf[:n], c.fed)
		if k > 0 && c.Feed(c.buf[:k]) != nil {
			return
		}
		if k < n {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			c.end(&field.Error{Off: c.fed, In: "file", What: "the file cannot be read any further: " + err.Error(), Err: err})
			return
		}
		if c.unpack == nil {
			break
		}
	}
	switch {
	case unpackErr != nil:
		c.end(unpackErr)
	case last && c.fed >= c.src.Size():
		c.Finish()
	}
}

// add is the index pass over one packet.
func (c *Capture) add(r *capfile.Record) {
	n := uint32(c.packets.Len())
	*c.looking = n + 1
	s := &c.sum
	inet.Summarize(s, r.LinkType, r.Data, int(r.OrigLen))
	row := index.Row{
		Off:     r.Off,
		Time:    r.Time,
		CapLen:  uint32(len(r.Data)),
		OrigLen: r.OrigLen,
		Flow:    index.NoFlow,
		Proto:   uint8(s.Proto),
	}
	if s.Flags&inet.HasIP != 0 {
		id, reverse := c.flows.Add(n, r.Time, r.NoTime, r.OrigLen, s, r.Data[s.PayOff:s.PayOff+s.PayLen])
		row.Flow = id
		if reverse {
			row.Flags |= index.Reverse
		}
	}
	if s.Flags&inet.Fragment != 0 {
		row.Flags |= index.Fragment
	}
	if s.Flags&inet.Broken != 0 {
		row.Flags |= index.Broken
	}
	if row.CapLen < row.OrigLen {
		row.Flags |= index.Cut
	}
	if r.NoTime {
		row.Flags |= index.NoTime
	} else {
		c.span.add(r.Time)
	}
	c.packets.Add(row)
}

// Progress says how far reading has come.
type Progress struct {
	Read, Size   int64 // bytes of the file as opened
	Packets      uint32
	Flows        uint32
	Blocks       uint32 // of the file, that are no packets
	SkypeFlows   uint32 // flows taken for Skype so far
	SkypePackets uint32 // packets in them
	SkypeFirst   uint32 // packet that opens the earliest Skype flow, from 1; 0 for none
	First        int64  // time of the first packet that has one, ns since 1970
	Early, Late  int64  // the earliest and the latest time
	Done         bool   // nothing more will be read

	// Generation grows whenever rows that were asked for before may have
	// changed: a flow's verdict did, or the user's word on it.
	Generation uint32
}

// Progress says how far reading has come.
func (c *Capture) Progress() Progress {
	p := Progress{
		Read:         c.fed,
		Size:         c.size,
		Packets:      uint32(c.packets.Len()),
		Flows:        uint32(c.flows.Len()),
		Blocks:       uint32(len(c.file.Blocks())),
		SkypeFlows:   c.judged.flows,
		SkypePackets: c.judged.packets,
		SkypeFirst:   c.judged.first,
		First:        c.span.first,
		Early:        c.span.early,
		Late:         c.span.late,
		Done:         c.done,
		Generation:   c.gen,
	}
	switch {
	case c.unpack != nil:
		p.Read = c.unpack.Read()
	case c.err != nil:
		p.Read = min(c.fed, c.file.Fed())
	}
	return p
}
