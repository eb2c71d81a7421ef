package flow

import (
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/reassembly"
)

// What the library calls: it hands back the bytes whose turn it is, and from here they go into a Side.

// New makes a stream for the library. (reassembly.StreamFactory)
func (a *Assembler) New(_, _ gopacket.Flow, _ *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	a.live++
	return a
}

// Accept lets every segment in; one that goes on where Data ends starts a
// connection that the library does not know any more. (reassembly.Stream)
func (a *Assembler) Accept(_ *layers.TCP, _ gopacket.CaptureInfo, _ reassembly.TCPFlowDirection, _ reassembly.Sequence, start *bool, _ reassembly.AssemblerContext) bool {
	if a.cur != nil && a.cur.begun && a.curAt == a.cur.next {
		*start = true
	}
	return true
}

// ReassemblyComplete lets the library forget a connection. (reassembly.Stream)
func (a *Assembler) ReassemblyComplete(reassembly.AssemblerContext) bool { return true }

// ReassembledSG takes bytes whose turn it is. (reassembly.Stream)
func (a *Assembler) ReassembledSG(sg reassembly.ScatterGather, ac reassembly.AssemblerContext) {
	h, ok := ac.(*half)
	if !ok {
		h = a.cur
	}
	n, _ := sg.Lengths()
	if n == 0 || h == nil {
		return
	}
	for b := sg.Fetch(n); len(b) > 0 && len(h.wait) > 0; {
		r := h.wait[0]
		k := min(r.n, len(b))
		if k < r.n { // it holds the rest back
			rest := &h.wait[0]
			rest.at += int64(k)
			rest.from += k
			rest.n -= k
			rest.bytes = rest.bytes[k:]
			r.n = k
		} else {
			h.wait[0].bytes = nil
			h.wait = h.wait[1:]
		}
		h.put(r, b[:k])
		b = b[k:]
	}
	if len(h.wait) == 0 {
		h.wait = nil
	}
}

// put appends bytes to Data, behind a gap if need be, as far as there is room.
func (h *half) put(r run, b []byte) {
	s := h.side
	if !h.begun {
		h.begun, h.base, h.next = true, r.at, r.at
	}
	if r.at < h.next { // cannot be: it would have filled a gap
		return
	}
	room := h.room()
	skip := int(r.at - h.next)
	if len(s.Data)+skip >= room {
		if room < StreamKeep {
			h.shorten()
		}
		return
	}
	if len(s.Data)+skip+len(b) > room {
		if room < StreamKeep {
			h.shorten()
		}
		b = b[:room-len(s.Data)-skip]
	}
	if need := len(s.Data) + skip + len(b); need > cap(s.Data) {
		grown := make([]byte, len(s.Data), min(StreamKeep, need+len(s.Data)))
		copy(grown, s.Data)
		s.Data = grown
	}
	if skip > 0 {
		h.gap(skip)
	}
	at := len(s.Data)
	if r.missing {
		h.gap(len(b))
	} else {
		s.Data = append(s.Data, b...)
		h.a.kept += int64(len(b)) + pieceCost
		s.insert(Piece{At: at, Len: len(b), Packet: r.packet, From: r.from, Time: r.time, NoTime: r.noTime})
	}
	h.next = h.base + int64(len(s.Data))
}

// gap appends n missing bytes.
func (h *half) gap(n int) {
	s := h.side
	at := len(s.Data)
	s.Data = append(s.Data, zeros[:n]...)
	h.a.kept += int64(n)
	if l := len(s.Gaps); l > 0 && s.Gaps[l-1].At+s.Gaps[l-1].Len == at {
		s.Gaps[l-1].Len += n
		return
	}
	s.Gaps = append(s.Gaps, Gap{at, n})
}

// fill puts late bytes into a gap.
func (h *half) fill(r run) {
	s := h.side
	if r.missing || len(s.Pieces) >= maxPieces {
		return
	}
	at := int(r.at - h.base)
	copy(s.Data[at:], r.bytes)
	s.cover(at, r.n)
	s.insert(Piece{At: at, Len: r.n, Packet: r.packet, From: r.from, Time: r.time, NoTime: r.noTime})
	h.a.kept += pieceCost
}
