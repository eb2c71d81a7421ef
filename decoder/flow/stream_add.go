package flow

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/reassembly"
)

// An Assembler puts TCP conversations together, with bounded memory.
//
// The ordering, the waiting for what is missing and the giving up on it are
// gopacket's. The library cannot say which byte came in which packet, it lets
// later bytes of an overlap win, and it passes over repeated ones in silence;
// so each segment is first cut down to the bytes that are new, and a list of
// what waits beside the library tells whose they are when they come out. The
// bytes that came first are kept, as most receivers do, and an overlap that
// differs is written down. Flags are not shown to the library: it would stop
// listening at a FIN or RST that may be forged or early.
//
// It belongs to one goroutine.
type Assembler struct {
	convs  map[uint32]*conversation
	briefs map[uint32]*brief // conversations without data

	lib    *reassembly.Assembler // nil before the first data and after a crash of it
	pool   *reassembly.StreamPool
	serial uint32 // of the conversation opened last
	live   int    // connections made in pool since it was last swept
	clock  int64  // segments given to the library: its time, for captures have no reliable one
	cur    *half  // whose segment the library is at
	curAt  int64  // its place
	tcp    layers.TCP
	fresh  []span
	kept   int64 // bytes of data and pieces
	done   bool

	cut     int // sides that are kept shorter than they would be
	dropped int // conversations not kept at all
	reused  int // conversations on the ports of an earlier one
	crashes int
}

// A brief is what the flags of a conversation's packets say.
type brief struct {
	opener int8
	seen   bool // a SYN was: opener is known
	isn    [2]uint32
	syn    [2]uint32 // per side: packet of its SYN, plus 1
	ack    [2]bool   // per side: its SYN carried an ACK
	fin    [2]uint32
	rst    uint32
}

type conversation struct {
	brief
	stream Stream
	halves [2]half
	over   bool // its ports were taken by another one
}

// A half is one direction on its way into a Side. Places are byte numbers
// without wrap, 0 for the sequence number ref.
type half struct {
	a     *Assembler
	side  *Side
	net   gopacket.Flow // stands for the flow and the direction
	seq   uint32        // sequence number at place 0
	known bool
	begun bool  // base and next are set
	short bool  // the budget cut it
	hi    int64 // the furthest end seen
	base  int64 // place of Data[0]
	next  int64 // place behind the last byte of Data
	wait  []run // received, and still in the library; in order, without overlap
}

// A run is bytes of one packet that were new.
type run struct {
	at      int64
	n       int
	from    int
	packet  uint32
	noTime  bool
	missing bool // known to have been sent, but cut off by the capture
	time    int64
	bytes   []byte
}

type span struct{ from, to int64 }

// NewAssembler returns an empty assembler.
func NewAssembler() *Assembler {
	return &Assembler{convs: map[uint32]*conversation{}, briefs: map[uint32]*brief{}}
}

// GetCaptureInfo gives the library its time: the number of the segment.
func (h *half) GetCaptureInfo() gopacket.CaptureInfo {
	return gopacket.CaptureInfo{Timestamp: time.Unix(h.a.clock, 0)}
}

const (
	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

// Add takes one TCP segment of a flow: segment begins at the TCP header and holds what was
// captured, wire is the segment's length on the wire. It is not kept.
// A segment whose header does not fit is passed over.
func (a *Assembler) Add(id uint32, k *Key, packet uint32, time int64, noTime, reverse bool, segment []byte, wire int) {
	if a.done || k.Transport != TCP || len(segment) < 14 {
		return
	}
	hdr := 4 * int(segment[12]>>4)
	wire = max(wire, len(segment))
	if hdr < 20 || hdr > wire {
		return
	}
	flags, seq := segment[13], binary.BigEndian.Uint32(segment[4:])
	side := 0
	if reverse {
		side = 1
	}
	var payload []byte
	if hdr < len(segment) {
		payload = segment[hdr:]
	}
	sent := wire - hdr
	if flags&flagRST != 0 { // what a reset carries is a remark, not data
		payload, sent = nil, 0
	}

	c := a.convs[id]
	var b *brief
	if c != nil {
		if c.over {
			return
		}
		b = &c.brief
	} else if b = a.briefs[id]; b == nil {
		if sent == 0 && len(a.briefs) >= maxBriefs {
			return
		}
		b = &brief{opener: int8(side)}
		a.briefs[id] = b
	}
	if flags&flagSYN != 0 {
		if !a.syn(id, c, b, side, seq, packet, flags&flagACK != 0) {
			return
		}
		c = a.convs[id]
		b = a.brief(id)
		seq++
	}
	if flags&flagFIN != 0 && b.fin[side] == 0 {
		b.fin[side] = packet + 1
	}
	if flags&flagRST != 0 && b.rst == 0 {
		b.rst = packet + 1
	}
	if sent == 0 {
		return
	}
	if c == nil {
		delete(a.briefs, id)
		if len(a.convs) >= maxStreams || a.kept >= keepAll {
			a.dropped++
			return
		}
		c = a.open(id, b)
	}
	a.data(&c.halves[side], seq, payload, sent, run{packet: packet, time: time, noTime: noTime})
}

func (a *Assembler) brief(id uint32) *brief {
	if c := a.convs[id]; c != nil {
		return &c.brief
	}
	return a.briefs[id]
}

// open makes a conversation of one that had no data until now.
func (a *Assembler) open(id uint32, b *brief) *conversation {
	c := &conversation{brief: *b}
	c.stream.Flow = id
	a.serial++ // not the flow's number: a later conversation on its ports must not meet what waits of this one
	var name [5]byte
	binary.BigEndian.PutUint32(name[:], a.serial)
	ends := [2]gopacket.Endpoint{}
	for i := range ends {
		name[4] = byte(i)
		ends[i] = gopacket.NewEndpoint(layers.EndpointIPv4, name[:])
	}
	for i := range c.halves {
		h := &c.halves[i]
		h.a, h.side = a, &c.stream.Sides[i]
		h.net, _ = gopacket.FlowFromEndpoints(ends[i], ends[1-i])
		if c.syn[i] != 0 {
			h.start(c.isn[i] + 1)
		}
	}
	a.convs[id] = c
	a.kept += convCost
	return c
}

// start says where the side's first byte is.
func (h *half) start(seq uint32) {
	h.side.Start = true
	if !h.known {
		h.known, h.seq = true, seq
	}
	h.base = h.place(seq)
	h.next = h.base
	h.begun = true
	h.hi = max(h.hi, h.base)
}

// place is the place of a sequence number: of all that fit, the one nearest to
// the furthest end seen.
func (h *half) place(seq uint32) int64 {
	return h.hi + int64(int32(seq-(h.seq+uint32(h.hi))))
}

// syn takes note of a SYN. It reports false when the packet is not to be followed any further.
func (a *Assembler) syn(id uint32, c *conversation, b *brief, side int, isn uint32, packet uint32, ack bool) bool {
	if b.syn[side] != 0 && b.isn[side] == isn {
		return true // repeated
	}
	same := b.syn[side] == 0
	if h := (*half)(nil); same && c != nil {
		if h = &c.halves[side]; h.known {
			// Data that came before its SYN: the SYN must lie just before it, and all of it must wait still.
			d := h.place(isn + 1)
			same = !h.begun && len(h.wait) > 0 && d <= h.wait[0].at && h.wait[0].at-d <= synSlack
		}
		if same {
			h.start(isn + 1)
			a.kick(h)
		}
	}
	if !same {
		// Another conversation on the same ports. Only the first is kept, unless of that one
		// the beginning was not seen.
		a.reused++
		if c != nil && (c.stream.Sides[0].Start || c.stream.Sides[1].Start) {
			c.over = true
			return false
		}
		if c != nil {
			a.forget(c)
			delete(a.convs, id)
		}
		b = &brief{}
		a.briefs[id] = b
	}
	b.isn[side], b.syn[side], b.ack[side] = isn, packet+1, ack
	if !b.seen {
		b.seen = true
		b.opener = int8(side)
		if ack {
			b.opener = int8(1 - side)
		}
	}
	return true
}

// Drop forgets a conversation: nobody will ask for it, nor add to it.
func (a *Assembler) Drop(id uint32) {
	if c := a.convs[id]; c != nil {
		a.forget(c)
		delete(a.convs, id)
	}
	delete(a.briefs, id)
}

// forget gives back what a conversation was counted as. What of it waits in
// the library comes out to nobody.
func (a *Assembler) forget(c *conversation) {
	c.over = true
	for i := range c.halves {
		s := c.halves[i].side
		a.kept -= int64(len(s.Data) + len(s.Pieces)*pieceCost)
		c.halves[i].wait = nil
	}
	a.kept -= convCost
}

// room is how many bytes of the side may be kept.
func (h *half) room() int {
	switch n := len(h.side.Data); {
	case len(h.side.Pieces) >= maxPieces:
		return n
	case h.a.kept < keepWide:
		return StreamKeep
	case h.a.kept < keepAll:
		return max(StreamLead, n)
	default:
		return n
	}
}

// data takes the payload of a segment, of which sent bytes were on the wire.
func (a *Assembler) data(h *half, seq uint32, payload []byte, sent int, r run) {
	if !h.known {
		h.known, h.seq = true, seq
	}
	at := h.place(seq)
	if at-h.hi > maxJump || h.hi-at > maxJump {
		return
	}
	end := at + int64(sent)
	h.hi = max(h.hi, end)
	first := h.base
	if !h.begun {
		first = at
		if len(h.wait) > 0 {
			first = min(at, h.wait[0].at)
		}
	}
	lo, hi := max(at, first), min(end, first+int64(h.room()))
	if hi <= lo {
		if h.begun && end <= h.next && (h.side.Start || at >= first) {
			h.again(r.packet)
		} else if end <= first+StreamKeep {
			h.shorten()
		}
		return
	}
	if hi < end && hi < first+StreamKeep {
		h.shorten()
	}

	// Which of the bytes are new, and do the others agree?
	have := at + int64(len(payload))
	fresh, differ := h.sort(lo, hi, at, payload)
	if len(fresh) == 0 && end <= max(hi, h.next) {
		h.again(r.packet)
	}
	if differ && len(h.side.Differ) < maxDiffer && !slices.Contains(h.side.Differ, r.packet) {
		h.side.Differ = append(h.side.Differ, r.packet)
	}
	for _, f := range fresh {
		if f.from < have {
			n := r
			n.at, n.from = f.from, int(f.from-at)
			n.bytes = payload[n.from : min(f.to, have)-at]
			n.n = len(n.bytes)
			h.offer(n)
		}
		if f.to > have { // on the wire, but not in the capture
			n := r
			n.missing = true
			n.at = max(f.from, have)
			n.n = int(f.to - n.at)
			n.bytes = zeros[:n.n]
			h.offer(n)
		}
	}
}

// zeros stand for bytes that the capture did not keep.
var zeros [StreamKeep]byte

// sort finds which of [lo, hi) are new, and whether the payload that begins at
// place at differs from what is there already.
func (h *half) sort(lo, hi, at int64, payload []byte) (fresh []span, differ bool) {
	a := h.a
	a.fresh = a.fresh[:0]
	have := at + int64(len(payload))
	old := func(from, to int64, b []byte) { // b holds [from, to)
		if to = min(to, have); from < to && !differ {
			differ = string(b[:to-from]) != string(payload[from-at:to-at])
		}
	}
	p := lo
	if h.begun && p < h.next {
		// Data, with its gaps.
		end := min(hi, h.next)
		for i := h.side.gapAfter(int(p - h.base)); p < end; i++ {
			if i == len(h.side.Gaps) || h.base+int64(h.side.Gaps[i].At) >= end {
				old(p, end, h.side.Data[p-h.base:])
				p = end
				break
			}
			g := h.side.Gaps[i]
			if from := h.base + int64(g.At); from > p {
				old(p, from, h.side.Data[p-h.base:])
				p = from
			}
			to := min(end, h.base+int64(g.At+g.Len))
			if p < have { // only bytes that are there can fill a gap
				a.fresh = append(a.fresh, span{p, min(to, have)})
			}
			p = to
		}
	}
	// What waits.
	for i := h.after(p); p < hi; i++ {
		if i == len(h.wait) || h.wait[i].at >= hi {
			a.fresh = append(a.fresh, span{p, hi})
			break
		}
		w := &h.wait[i]
		if w.at > p {
			a.fresh = append(a.fresh, span{p, w.at})
			p = w.at
		}
		if end := min(hi, w.at+int64(w.n)); !w.missing {
			old(p, end, w.bytes[p-w.at:])
			p = end
		} else {
			p = end
		}
	}
	return a.fresh, differ
}

// after is the index of the first run that waits and ends behind p.
func (h *half) after(p int64) int {
	i, _ := slices.BinarySearchFunc(h.wait, p, func(r run, p int64) int {
		if r.at+int64(r.n) <= p {
			return -1
		}
		return 1
	})
	return i
}

func (h *half) again(packet uint32) {
	s := h.side
	s.AgainN++
	if len(s.Again) < maxAgain {
		s.Again = append(s.Again, packet)
	}
}

func (h *half) shorten() {
	if !h.short {
		h.short = true
		h.a.cut++
	}
}

// offer hands new bytes to the library, which hands back those whose turn it is.
// Bytes that fill a gap which was given up come too late for it and are put in their place.
func (h *half) offer(r run) {
	if h.begun && r.at < h.next {
		h.fill(r)
		return
	}
	i := h.after(r.at)
	h.wait = slices.Insert(h.wait, i, r)
	a := h.a
	a.give(h, &r)
	// What waits outlives the packet it came in.
	for i := range h.wait {
		if w := &h.wait[i]; w.packet == r.packet && !w.missing {
			w.bytes = slices.Clone(w.bytes)
		}
	}
	if !h.begun && len(h.wait) >= patience {
		a.kick(h)
	}
}

// kick has a side begin with the first byte that waits.
func (a *Assembler) kick(h *half) {
	if len(h.wait) == 0 || h.begun && h.wait[0].at != h.next || a.lib == nil {
		return
	}
	defer a.guard()
	a.clock++
	a.cur, a.curAt = h, h.wait[0].at
	a.tcp = layers.TCP{Seq: h.seq + uint32(h.wait[0].at) - 1, SYN: true}
	a.lib.AssembleWithContext(h.net, &a.tcp, h)
	a.cur = nil
}

// give is one call of the library.
func (a *Assembler) give(h *half, r *run) {
	defer a.guard()
	if a.lib == nil {
		a.pool = reassembly.NewStreamPool(a)
		a.lib = reassembly.NewAssembler(a.pool)
		a.lib.MaxBufferedPagesPerConnection = pagesSide
		a.lib.MaxBufferedPagesTotal = pagesAll
		a.live = 0
	}
	if a.live >= maxLive {
		a.sweep()
	}
	a.clock++
	a.cur, a.curAt = h, r.at
	a.tcp = layers.TCP{Seq: h.seq + uint32(r.at), ACK: true}
	a.tcp.Payload = r.bytes
	a.lib.AssembleWithContext(h.net, &a.tcp, h)
	a.cur = nil
}

// sweep ends the connections of the library that have been quiet for the last
// half of maxLive segments. Their streams go on when they speak again.
func (a *Assembler) sweep() {
	a.cur = nil
	a.lib.FlushCloseOlderThan(time.Unix(a.clock-maxLive/2, 0))
	a.live = maxLive / 2 // no more can have spoken since
}

// guard keeps a crash of the library from the caller: what waits in it is put
// in place as it is, and a new one takes over.
func (a *Assembler) guard() {
	if recover() == nil {
		return
	}
	a.crashes++
	a.lib, a.pool, a.cur = nil, nil, nil
	for _, c := range a.convs {
		for i := range c.halves {
			h := &c.halves[i]
			for _, r := range h.wait {
				h.put(r, r.bytes)
			}
			h.wait = nil
		}
	}
}

// Finish says that no more segments come: what still waits for missing bytes is
// put behind a gap.
func (a *Assembler) Finish() {
	if a.done {
		return
	}
	a.done = true
	if a.lib != nil {
		a.flush()
	}
	a.lib, a.pool = nil, nil
	a.fresh = nil
	for _, c := range a.convs {
		for i := range c.halves {
			c.halves[i].wait = nil
		}
	}
}

func (a *Assembler) flush() {
	defer a.guard()
	a.cur = nil
	a.lib.FlushAll()
}

// Stream returns a conversation as far as it is together, or nil. Bytes that wait
// for one before them are not in it until Finish; a side whose SYN was not seen
// begins with the first byte there is when it is asked for. What is returned is
// good until the next Add.
func (a *Assembler) Stream(id uint32) *Stream {
	b := a.brief(id)
	if b == nil {
		return nil
	}
	s := &Stream{Flow: id}
	if c := a.convs[id]; c != nil {
		s = &c.stream
		for i := range c.halves {
			h := &c.halves[i]
			if !h.begun {
				a.kick(h)
			}
			h.side.Early = h.side.early()
			h.side.Whole = 0
			switch {
			case h.begun:
				h.side.Whole = max(h.hi-h.base, int64(len(h.side.Data)))
			case len(h.wait) > 0:
				h.side.Whole = h.hi - h.wait[0].at
			}
		}
	}
	s.Opener = int(b.opener)
	s.Fin, s.Rst = b.fin, b.rst
	for i := range b.syn {
		if b.syn[i] != 0 {
			which := 0
			if b.ack[i] {
				which = 1
			}
			s.Syn[which] = b.syn[i]
		}
	}
	return s
}

// Note says what was left out because of the bounds, in one sentence, or "".
func (a *Assembler) Note() string {
	var parts []string
	if a.cut > 0 {
		parts = append(parts, fmt.Sprintf("of %d directions only the first bytes are kept", a.cut))
	}
	if a.dropped > 0 {
		parts = append(parts, fmt.Sprintf("conversations beyond the first %d are not put together (%d segments)", len(a.convs), a.dropped))
	}
	if a.reused > 0 {
		parts = append(parts, fmt.Sprintf("%d conversations took the ports of an earlier one, and of each pair of ports one conversation is kept", a.reused))
	}
	if a.crashes > 0 {
		parts = append(parts, fmt.Sprintf("the reassembly was begun anew %d times after a fault", a.crashes))
	}
	if len(parts) == 0 {
		return ""
	}
	s := "To keep within the memory there is, "
	if a.cut == 0 && a.dropped == 0 {
		s = "Of the TCP streams: "
	}
	for i, p := range parts {
		if i > 0 {
			s += "; "
		}
		s += p
	}
	return s + "."
}

// Bytes is about how much memory the streams hold.
func (a *Assembler) Bytes() int64 {
	return a.kept + int64(len(a.briefs))*64 + math.MaxUint16
}
