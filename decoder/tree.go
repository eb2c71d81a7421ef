package decoder

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/codec"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/localfile"
	"somscope/decoder/rtp"
	"somscope/decoder/skype"
)

var specPacket = field.Spec{
	Name:  "packet",
	Label: "Packet",
	Doc:   "One packet as it was captured, from its link header to its last byte.",
	Show:  field.Raw,
	Trust: field.Specified,
}

// A Crash is a fault of this program, met while looking at a packet. It is an
// error so that one bad packet does not take the others with it.
type Crash struct {
	Packet uint32 // from 1; 0 for none
	What   string
	Stack  string
}

func (c *Crash) Error() string {
	if c.Packet == 0 {
		return "the decoder failed: " + c.What
	}
	return fmt.Sprintf("the decoder failed at packet %d: %s", c.Packet, c.What)
}

// crashed makes an error of a panic. It is to be deferred.
func crashed(packet uint32, err *error) {
	if r := recover(); r != nil {
		*err = &Crash{Packet: packet, What: fmt.Sprint(r), Stack: string(debug.Stack())}
	}
}

// Dissect explains packet i, counted from 0, byte by byte: the packet itself
// and, as a second buffer, its record in the file. A payload is read as Skype
// when its flow is taken for it.
func (c *Capture) Dissect(i uint32) (tree *field.Dissection, err error) {
	if int64(i) >= int64(c.packets.Len()) {
		return nil, &field.Error{In: "packet", What: fmt.Sprintf("there is no packet %d; %s so far", int64(i)+1, plural(uint64(c.packets.Len()), "packet")), Err: field.ErrFormat}
	}
	*c.looking = i + 1
	defer func() { *c.looking = 0 }()
	defer crashed(i+1, &err)

	row := c.packets.At(i)
	var r capfile.Record
	if err := c.file.Record(row.Off, &r); err != nil {
		return nil, err
	}
	data := slices.Clone(r.Data) // the tree outlives the buffer of the file
	d := dissect.Begin(&specPacket, data, int(r.OrigLen), i+1, -1)
	d.BufName("packet", "The bytes of the packet, as captured.")
	d.Within(len(data), func(d *dissect.D) { // so that the record is read whatever fails
		if !c.dissectFrame(d, r.LinkType) {
			inet.Dissect(d, r.LinkType, c.payload(i, &row, &r))
		}
	})
	c.file.DissectRecord(d, row.Off)
	tree = d.Done()
	place(tree, row.Off)
	return tree, nil
}

// place says where in the file the packet's bytes lie: within its record where
// the record holds them (pcapng), else right behind it (pcap).
func place(tree *field.Dissection, off int64) {
	if len(tree.Buffers) < 2 {
		return
	}
	packet := &tree.Buffers[0]
	for i, b := range tree.Buffers {
		if b.FileOff != off {
			continue
		}
		packet.FileOff = off + int64(len(b.Data))
		field.Walk(&tree.Root, func(n *field.Node, _ int) bool {
			if int(n.Range.Buf) == i && n.Range.Len == 8*len(packet.Data) && strings.HasSuffix(n.Spec.Name, ".data") {
				packet.FileOff = off + int64(n.Range.FirstByte())
			}
			return true
		})
		return
	}
}

// FlowOf is the flow of packet i, counted from 0: its number from 1, or 0 when
// the packet belongs to none.
func (c *Capture) FlowOf(i uint32) uint32 {
	if int64(i) >= int64(c.packets.Len()) {
		return 0
	}
	if id := c.packets.At(i).Flow; id != index.NoFlow {
		return id + 1
	}
	return 0
}

// payload returns what explains the payload of the outermost transport, or nil
// when nothing says that it is Skype.
func (c *Capture) payload(i uint32, row *index.Row, r *capfile.Record) func(d *dissect.D, x *dissect.Context, transport uint8) bool {
	id := row.Flow
	if id == index.NoFlow {
		return nil
	}
	class := c.Class(id)
	if !IsSkype(class) {
		return c.voicePayload(i, row, r)
	}
	back := row.Flags&index.Reverse != 0
	return func(d *dissect.D, x *dissect.Context, transport uint8) bool {
		if x.Time.IsZero() && !r.NoTime {
			x.Time = time.Unix(0, r.Time).UTC()
		}
		switch {
		case transport == flow.TCP && class == classify.SkypeTCP:
			g := c.segment(id, i, back)
			if g == nil {
				return false
			}
			skype.DissectTCP(d, x, g)
		case transport == flow.UDP && class == classify.SkypeE2O:
			p := d.Peek(d.Left())
			skype.DissectE2O(d, x, &skype.Facts{Media: c.mediaFacts(i, id, back, p, c.payWire(r, len(p)))})
		case transport == flow.UDP && class == classify.SkypeUDP:
			f := c.Facts(i)
			p := d.Peek(d.Left())
			if m := c.mediaFacts(i, id, back, p, c.payWire(r, len(p))); m != nil {
				if f == nil {
					f = &skype.Facts{}
				}
				f.Media = m
			}
			skype.DissectUDP(d, x, f)
		default:
			return false
		}
		return true
	}
}

// payWire is the length on the wire of a payload of which so many bytes were captured.
func (c *Capture) payWire(r *capfile.Record, captured int) int {
	return captured + int(r.OrigLen) - min(int(r.OrigLen), len(r.Data))
}

// Blocks lists what the file holds beside packets, as found so far: its
// header, descriptions of interfaces, names, statistics, unreadable places.
func (c *Capture) Blocks() []capfile.Block { return c.file.Blocks() }

// Block explains block i of Blocks.
func (c *Capture) Block(i int) (tree *field.Dissection, err error) {
	defer crashed(0, &err)
	return c.file.DissectBlock(i)
}

// IsLayer reports whether a Spec names a whole protocol, "udp" or "skype.udp",
// as opposed to one of its fields.
func IsLayer(s *field.Spec) bool {
	switch s.Name {
	case skype.UDP.Name, skype.E2O.Name, skype.TCPName:
		return true
	case specPacket.Name, field.Silent.Name:
		return false
	}
	return !strings.Contains(s.Name, ".")
}

// IsVoice reports whether a Spec belongs to voice: to RTP or to a codec.
func IsVoice(s *field.Spec) bool {
	first, _, _ := strings.Cut(s.Name, ".")
	if first == "rtp" || first == "rtcp" || first == "codec" {
		return true
	}
	for _, x := range codec.Table {
		if len(x.Specs) > 0 {
			if name, _, _ := strings.Cut(x.Specs[0].Name, "."); name == first {
				return true
			}
		}
	}
	return false
}

// Catalogue lists every Spec a tree can hold, each once, in a fixed order.
func Catalogue() []*field.Spec {
	seen := map[*field.Spec]bool{}
	var all []*field.Spec
	for _, list := range [][]*field.Spec{
		{&specPacket, field.Silent, field.SilentBits},
		capfile.Specs,
		inet.Specs,
		skype.UDP.Specs,
		skype.E2O.Specs,
		skype.TCPSpecs,
		rtp.Specs,
		localfile.Specs,
		codec.Specs,
	} {
		for _, s := range list {
			if !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
	}
	return all
}
