package decoder

import (
	"net/netip"
	"slices"
	"strconv"

	"somscope/decoder/capfile"
	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/skype"
)

// A Summary is one row of the packet list.
type Summary struct {
	Packet  uint32 // from 1
	Off     int64  // of its record in the file, bytes
	Time    int64  // ns since 1970, nothing when NoTime
	NoTime  bool
	When    string // Time as the clock asked for writes it
	CapLen  uint32 // bytes in the file
	Len     uint32 // bytes on the wire
	Link    uint16 // LINKTYPE_ number
	Src     string // "192.0.2.1:33033", "[2001:db8::1]:53", an address alone, or a hardware address
	Dst     string
	Proto   string // filter word of the innermost protocol: "skype.udp", "dns"
	Title   string // the same for people: "Skype", "DNS"
	Info    string
	Flow    uint32 // from 1; 0 when it belongs to none
	Reverse bool   // travels from the flow's B to its A
	Skype   bool   // belongs to a flow taken for Skype
	Voice   bool   // is voice in the clear, or a report about it
	Known   Known  // what the second look found out
	Bad     bool   // cut or broken
	Err     error  // why the packet could not be read again, or nil
}

// pool is memory that Rows uses again.
type pool struct {
	offs []int64
	sum  inet.Summary
	text []byte
}

// Rows returns rows [from, from+n) of the packet list, counted from 0; fewer
// where the list ends. It reads the packets' bytes again, a page of
// neighbours in one or two reads of the file.
func (c *Capture) Rows(from, n int, clock Clock) []Summary {
	if from < 0 || n <= 0 || from >= c.packets.Len() {
		return nil
	}
	n = min(n, c.packets.Len()-from)
	rows := make([]Summary, n)
	c.pool.offs = c.pool.offs[:0]
	var before int64
	if from > 0 {
		before = c.packets.At(uint32(from - 1)).Time
	} else {
		before = c.span.first
	}
	for i := range rows {
		r := c.packets.At(uint32(from + i))
		c.pool.offs = append(c.pool.offs, r.Off)
		s := &rows[i]
		s.Packet = uint32(from+i) + 1
		s.Off, s.Time, s.CapLen, s.Len = r.Off, r.Time, r.CapLen, r.OrigLen
		s.NoTime = r.Flags&index.NoTime != 0
		s.Reverse = r.Flags&index.Reverse != 0
		s.Bad = r.Flags&index.Broken != 0
		if !s.NoTime {
			c.pool.text = c.span.append(c.pool.text[:0], clock, r.Time, before)
			s.When = string(c.pool.text)
			before = r.Time
		}
		p := inet.Proto(r.Proto)
		s.Proto, s.Title = p.Name(), p.Title()
		if r.Flow != index.NoFlow {
			s.Flow = r.Flow + 1
			s.Skype = IsSkype(c.Class(r.Flow))
			if s.Skype {
				s.Known = c.Known(uint32(from + i))
			}
		}
	}
	seen := c.seenBefore(uint32(from), rows)
	done := 0
	err := c.file.Records(c.pool.offs, func(i int, r *capfile.Record) bool {
		*c.looking = rows[i].Packet
		c.complete(&rows[i], r, seen)
		done = i + 1
		return true
	})
	if err != nil { // the file was taken away or changed under our hands
		for i := range rows[done:] {
			s := &rows[done+i]
			s.Err, s.Bad, s.Info = err, true, "cannot be read again"
			if s.Flow != 0 {
				s.Src, s.Dst = ends(c.flows.At(s.Flow-1), s.Reverse)
			}
		}
	}
	*c.looking = 0
	return rows
}

// complete fills in what the packet's bytes say.
func (c *Capture) complete(s *Summary, r *capfile.Record, seen seqs) {
	sum := &c.pool.sum
	inet.Summarize(sum, r.LinkType, r.Data, int(r.OrigLen))
	s.Link = r.LinkType
	switch {
	case sum.Flags&inet.HasPorts != 0:
		s.Src = netip.AddrPortFrom(sum.Src.Netip(), sum.SrcPort).String()
		s.Dst = netip.AddrPortFrom(sum.Dst.Netip(), sum.DstPort).String()
	case sum.Flags&inet.HasIP != 0:
		s.Src, s.Dst = sum.Src.Netip().String(), sum.Dst.Netip().String()
	case r.LinkType == inet.LinkEthernet && len(r.Data) >= 12:
		s.Src, s.Dst = hardware(r.Data[6:12]), hardware(r.Data[:6])
	}
	if s.Skype && sum.Flags&inet.HasPorts != 0 && sum.PayLen > 0 {
		payload := r.Data[sum.PayOff : sum.PayOff+sum.PayLen]
		if k := c.skypeInfo(s, sum.Transport, payload); k.proto != "" {
			s.Proto, s.Title, s.Info = k.proto, k.title, k.info
			return
		}
	}
	if sum.Flags&inet.HasPorts != 0 && sum.PayLen > 0 && !s.Skype {
		if k := c.voiceRow(s, sum, r.Data[sum.PayOff:sum.PayOff+sum.PayLen], seen); k.proto != "" {
			s.Proto, s.Title, s.Info = k.proto, k.title, k.info
			s.Voice = k.proto != "sip"
			return
		}
	}
	if x := frameCodec(r.LinkType); x != nil {
		s.Proto, s.Title, s.Voice = x.Name, x.Title, true
		s.Info = plural(uint64(s.Len), "byte")
		if x.Frames != nil {
			p := c.frameParams()
			if n, lasts, why, ok := x.Frames(&p, r.Data[:min(3, len(r.Data))], len(r.Data)); ok {
				s.Info = plural(uint64(n), "frame") + ", " + strconv.FormatFloat(float64(lasts.Microseconds())/1000, 'f', -1, 64) + " ms · " + s.Info
			} else {
				s.Info, s.Bad = s.Info+" · "+why, true
			}
		}
		return
	}
	s.Info = inet.Info(sum, r.Data)
}

// seenBefore finds the sequence numbers in front of a page of rows.
func (c *Capture) seenBefore(from uint32, rows []Summary) seqs {
	seen := seqs{}
	type way struct {
		flow uint32
		back bool
	}
	var asked []way
	for i := range rows {
		w := way{rows[i].Flow, rows[i].Reverse}
		if w.flow == 0 || len(asked) > 8 || slices.Contains(asked, w) || !c.voiceFlow(w.flow-1) {
			continue
		}
		asked = append(asked, w)
		c.before(from, w.flow-1, w.back, seen)
	}
	return seen
}

type skypeRow struct{ proto, title, info string }

// skypeInfo says what a payload is when its flow is taken for Skype and the
// payload fits; otherwise it is the zero value.
func (c *Capture) skypeInfo(s *Summary, transport uint8, payload []byte) skypeRow {
	id := s.Flow - 1
	switch class := c.Class(id); {
	case transport == flow.TCP && class == classify.SkypeTCP:
		if g := c.segment(id, s.Packet-1, s.Reverse); g != nil {
			return skypeRow{skype.TCPName, "Skype TCP", skype.InfoTCP(g, payload)}
		}
	case transport == flow.UDP && class == classify.SkypeUDP:
		if len(payload) >= 3 {
			return skypeRow{skype.UDP.Name, "Skype", skype.InfoWith(payload, c.Facts(s.Packet-1))}
		}
	case transport == flow.UDP && class == classify.SkypeE2O:
		if len(payload) >= 4 {
			return skypeRow{skype.E2O.Name, "Skype E2O", skype.InfoE2O(payload)}
		}
	}
	return skypeRow{}
}

func hardware(b []byte) string {
	const digits = "0123456789abcdef"
	s := make([]byte, 0, 17)
	for i, x := range b {
		if i > 0 {
			s = append(s, ':')
		}
		s = append(s, digits[x>>4], digits[x&15])
	}
	return string(s)
}

// ends writes both ends of a flow, its first sender first unless reverse.
// Where neither end has a port (ICMP, fragments) the addresses stand alone.
func ends(f *flow.Flow, reverse bool) (src, dst string) {
	a, b := f.Ends()
	if f.PortA == 0 && f.PortB == 0 {
		src, dst = a.Addr().String(), b.Addr().String()
	} else {
		src, dst = a.String(), b.String()
	}
	if reverse {
		return dst, src
	}
	return src, dst
}

// plural writes "1 packet", "3 packets".
func plural(n uint64, unit string) string {
	s := strconv.FormatUint(n, 10) + " " + unit
	if n != 1 {
		s += "s"
	}
	return s
}
