package main

import (
	"fmt"
	"strconv"
	"strings"

	"somscope/decoder"
	"somscope/decoder/field"
	"somscope/wasm/proto"
)

// dissect answers with the tree of a packet, counted from 1.
func (e *engine) dissect(id, packet uint32) {
	d, err := e.capture.Dissect(packet - 1) // 0 becomes a packet that does not exist
	if err != nil {
		e.trouble(id, "Packet "+strconv.FormatUint(uint64(packet), 10), err)
		return
	}
	t := e.flatten(d)
	t.Title = "Packet " + strconv.FormatUint(uint64(packet), 10)
	t.Flow = e.capture.FlowOf(packet - 1)
	t.Links = e.links(packet - 1)
	t.Host = e.capture.SeedHost(packet - 1)
	t.Stream = e.capture.VoiceOf(packet - 1)
	e.send(&proto.Reply{ID: id, Tree: t})
}

// block answers with the tree of a block of the file, counted from 0.
func (e *engine) block(id, index uint32) {
	name := "Block " + strconv.FormatUint(uint64(index)+1, 10)
	blocks := e.capture.Blocks()
	if int64(index) >= int64(len(blocks)) {
		e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit", What: name + " does not exist: the file has " + strconv.Itoa(len(blocks)) + " so far."}})
		return
	}
	d, err := e.capture.Block(int(index))
	if err != nil {
		e.trouble(id, name, err)
		return
	}
	t := e.flatten(d)
	t.Block = index
	t.Title = blocks[index].Kind
	e.send(&proto.Reply{ID: id, Tree: t})
}

// trouble answers with an error, or with a Crash when it is a fault of ours.
func (e *engine) trouble(id uint32, what string, err error) {
	if c, ok := err.(*decoder.Crash); ok {
		e.send(&proto.Reply{ID: id, Crash: &proto.Crash{Packet: c.Packet, What: c.What, Log: c.Stack}})
		return
	}
	e.send(&proto.Reply{ID: id, Err: wrong(what, err)})
}

// flatten writes a tree as a list, parents before their children.
func (e *engine) flatten(d *field.Dissection) *proto.Tree {
	t := &proto.Tree{Packet: d.Packet}
	for _, b := range d.Buffers {
		p := proto.Buffer{Name: b.Name, How: b.How, Data: b.Data, FileOff: b.FileOff, Exact: b.Exact, Per: uint32(b.Per)}
		for _, r := range b.From {
			p.From = append(p.From, bitRange(r))
		}
		t.Buffers = append(t.Buffers, p)
	}
	var known, all uint64 // bits of buffer 0
	field.Walk(&d.Root, func(n *field.Node, depth int) bool {
		m := proto.Node{
			Spec:  e.specs[n.Spec],
			Depth: uint8(min(depth, 255)),
			Range: bitRange(n.Range),
			Text:  n.Text(),
			Note:  n.Note,
		}
		m.Num, m.HasNum = n.Value.Num()
		m.Go = leads(n)
		for _, r := range n.More {
			m.More = append(m.More, bitRange(r))
		}
		if n.Err != nil {
			m.Err, m.ErrOff = n.Err.What, n.Err.Off
			if m.Err == "" && n.Err.Err != nil {
				m.Err = n.Err.Err.Error()
			}
		}
		t.Nodes = append(t.Nodes, m)
		if n.Range.Buf == 0 && !hasKids(n) {
			bits := uint64(n.Bits())
			all += bits
			if n.Spec.Trust != field.Unknown {
				known += bits
			}
		}
		return true
	})
	t.Owned = 1000
	if all > 0 {
		t.Owned = uint32(known * 1000 / all)
	}
	return t
}

// leads is where a node leads, as in a permalink, or "".
func leads(n *field.Node) string {
	if n.Spec.Show == field.SampleName {
		return "sample=" + n.Text()
	}
	num, ok := n.Value.Num()
	if !ok || num == 0 {
		return ""
	}
	switch n.Spec.Show {
	case field.PacketNo:
		return "n=" + strconv.FormatUint(num, 10)
	case field.FlowNo:
		return "flow=" + strconv.FormatUint(num, 10)
	case field.StreamNo:
		return "tab=media&stream=" + strconv.FormatUint(num, 10)
	case field.ClassNo:
		return "class=" + strconv.FormatUint(num, 10)
	}
	return ""
}

// hasKids reports whether a node has children in its own buffer.
func hasKids(n *field.Node) bool {
	for i := range n.Kids {
		if n.Kids[i].Range.Buf == n.Range.Buf {
			return true
		}
	}
	return false
}

func bitRange(r field.Range) proto.Range {
	return proto.Range{Buf: uint8(r.Buf), Off: uint32(r.Off), Len: uint32(r.Len), Mask: r.Mask}
}

// specList is the catalogue as the page needs it.
func specList(list []*field.Spec) []proto.Spec {
	specs := make([]proto.Spec, len(list))
	for i, s := range list {
		p := &specs[i]
		p.Name, p.Label, p.Doc, p.Unit, p.Term = s.Name, s.Label, s.Doc, s.Unit, s.Term
		p.Trust, p.TrustWord = uint8(s.Trust), s.Trust.String()
		p.Skype = s.Name == "skype" || strings.HasPrefix(s.Name, "local.") || strings.HasPrefix(s.Name, "skype.") || decoder.IsVoice(s)
		p.Layer = decoder.IsLayer(s)
		p.Private = s.Private
		p.Cites = cites(s.Cite)
		for _, r := range s.Readings {
			p.Readings = append(p.Readings, proto.Reading{Cite: proto.Cite(r.Cite), Values: r.Values, Says: r.Says, Ours: r.Ours})
		}
	}
	return specs
}

func cites(list []field.Cite) []proto.Cite {
	var out []proto.Cite
	for _, c := range list {
		out = append(out, proto.Cite(c))
	}
	return out
}

func (e *engine) noFlow(id, flow uint32) {
	e.send(&proto.Reply{ID: id, Err: &proto.Problem{Off: -1, Kind: "limit",
		What: fmt.Sprintf("Flow %d does not exist: the file has %d so far.", flow, e.capture.FlowLen())}})
}
