package story

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"

	"somscope/decoder/field"
)

// A script writes the events of a made-up capture.
type script struct {
	in     Input
	packet uint32
	now    int64
}

func newScript() *script { return &script{now: 1_150_000_000 * second} }

// wait lets milliseconds pass.
func (s *script) wait(ms int64) { s.now += ms * millisecond }

// flow begins a flow; a is the sender of its first packet.
func (s *script) flow(a, b, class, talk string) uint32 {
	x, y := netip.MustParseAddrPort(a), netip.MustParseAddrPort(b)
	id := uint32(len(s.in.Flows))
	s.in.Flows = append(s.in.Flows, Flow{
		ID: id, A: a, B: b, HostA: x.Addr().String(), HostB: y.Addr().String(), PortA: x.Port(), PortB: y.Port(),
		TCP: class == "skype.tcp" || class == "tcp", Class: class, Word: "strong", Talk: talk,
		First: s.packet, Last: s.packet, Start: s.now, End: s.now,
	})
	if class == "tcp" {
		s.in.Flows[id].Class = "undecided"
	}
	return id
}

func (s *script) udp(a, b string) uint32       { return s.flow(a, b, "skype.udp", "") }
func (s *script) tcp(a, b, talk string) uint32 { return s.flow(a, b, "skype.tcp", talk) }

// touch takes the next packet for a flow.
func (s *script) touch(flow uint32) uint32 {
	f := &s.in.Flows[flow]
	f.Last, f.End = s.packet, max(f.End, s.now)
	s.packet++
	return s.packet - 1
}

// out and in_ add an event of A and of B; read ones are Sure.
func (s *script) out(flow uint32, what What, n int) *Event { return s.event(flow, false, what, n) }
func (s *script) back(flow uint32, what What, n int) *Event {
	return s.event(flow, true, what, n)
}

func (s *script) event(flow uint32, reverse bool, what What, n int) *Event {
	s.in.Events = append(s.in.Events, Event{Packet: s.touch(flow), Time: s.now, Flow: flow, Reverse: reverse, Len: n, What: what, Sure: what != Command && what != Segment})
	s.wait(1)
	return &s.in.Events[len(s.in.Events)-1]
}

// data plays datagrams for some seconds, so many a second each way.
func (s *script) data(flow uint32, seconds int, out, back, size uint32) {
	s.dataSizes(flow, seconds, out, back, size, size)
}

func (s *script) dataSizes(flow uint32, seconds int, out, back, outSize, backSize uint32) {
	f := &s.in.Flows[flow]
	for range seconds {
		at := int32((s.now - f.Start) / second)
		first := s.packet
		s.packet += out + back
		if out+back > 0 {
			f.Data = append(f.Data, Second{At: at, Count: [2]uint32{out, back}, Bytes: [2]uint32{out * outSize, back * backSize}, First: first, Last: s.packet - 1})
		}
		f.End, f.Last = s.now, max(s.packet, 1)-1
		s.wait(1000)
		f.End = s.now
	}
}

// keepAlive plays header-only datagrams.
func (s *script) keepAlive(flow uint32, seconds int, out, back uint32) {
	n := len(s.in.Flows[flow].Data)
	s.data(flow, seconds, out, back, 0)
	for i := range s.in.Flows[flow].Data[n:] {
		x := &s.in.Flows[flow].Data[n+i]
		x.Small, x.Count, x.Bytes = x.Count, [2]uint32{}, [2]uint32{}
	}
}

// talk plays TCP segments; negative sizes come from B.
func (s *script) talk(flow uint32, sizes ...int) {
	for _, n := range sizes {
		s.event(flow, n < 0, Segment, max(n, -n))
		s.wait(40)
	}
}

// probe asks and is answered with what, or not when it is Nothing.
func (s *script) probe(flow uint32, answer What) {
	s.out(flow, Probe, 18)
	s.wait(100)
	switch answer {
	case Accept:
		s.back(flow, Accept, 18)
	case Redirect:
		s.back(flow, Command, 51)
	}
}

// supernode plays T1 to T5.
func (s *script) supernode(flow uint32) {
	s.back(flow, Connect, 0)
	s.talk(flow, 14, -73, 25, -587, 16)
}

// login plays L1 to L4.
func (s *script) login(flow uint32, answered bool) {
	s.back(flow, Connect, 0)
	s.out(flow, LoginHello, 5)
	s.back(flow, LoginHello, 5)
	s.out(flow, LoginKey, 451)
	if answered {
		s.wait(100)
		s.back(flow, LoginReply, 232)
	}
}

func (s *script) tell(tb testing.TB) *Story {
	tb.Helper()
	st := Tell(&s.in)
	if err := check(&s.in, st); err != nil {
		tb.Error(err)
	}
	return st
}

// find is the first phase of a kind, or nil.
func find(st *Story, kind string) *Phase {
	for i := range st.Phases {
		if st.Phases[i].Kind == kind {
			return &st.Phases[i]
		}
	}
	return nil
}

func dump(st *Story) string {
	var b strings.Builder
	for _, p := range st.Phases {
		fmt.Fprintf(&b, "%s %s: %s\n", p.Kind, p.Confidence, p.Text)
	}
	return b.String()
}

// sourceKeys are the keys of the list of sources.
var sourceKeys = sync.OnceValue(func() map[string]bool {
	b, err := os.ReadFile("../../site/content/sources.json")
	if err != nil {
		panic(err)
	}
	var list map[string]any
	if err := json.Unmarshal(b, &list); err != nil {
		panic(err)
	}
	keys := map[string]bool{}
	for k := range list {
		keys[k] = true
	}
	return keys
})

func cited(list []field.Cite) error {
	for _, c := range list {
		if !sourceKeys()[c.Key] {
			return fmt.Errorf("%q is not among the sources", c.Key)
		}
	}
	return nil
}

// check holds what is true of every story.
func check(in *Input, st *Story) error {
	known := map[uint32]bool{}
	for i := range in.Events {
		known[in.Events[i].Packet] = true
		if b := in.Events[i].Began; b != 0 {
			known[b-1] = true
		}
	}
	for i := range in.Flows {
		for _, s := range in.Flows[i].Data {
			known[s.First], known[s.Last] = true, true
		}
	}
	flows := map[uint32]bool{}
	hosts := map[string]bool{}
	for i := range in.Flows {
		flows[in.Flows[i].ID] = true
		hosts[in.Flows[i].HostA], hosts[in.Flows[i].HostB] = true, true
	}
	words := map[string]bool{"certain": true, "strong": true, "weak": true}
	kinds := map[string]bool{}
	for _, k := range Kinds {
		kinds[k.Name] = true
	}
	text := func(s string) error {
		switch {
		case !strings.HasSuffix(s, ".") || strings.HasSuffix(s, ".."):
			return fmt.Errorf("no full stop: %q", s)
		case strings.Contains(s, "%!"), strings.Contains(s, "  "), s[0] >= 'a' && s[0] <= 'z', strings.Contains(s, " ,"), strings.Contains(s, "NaN"), strings.Contains(s, "Inf"):
			return fmt.Errorf("badly made: %q", s)
		}
		return nil
	}
	if len(st.Phases) > MaxPhases || len(st.Roles) > MaxRoles {
		return fmt.Errorf("%d phases, %d roles", len(st.Phases), len(st.Roles))
	}
	for i := range st.Phases {
		p := &st.Phases[i]
		bad := func(format string, args ...any) error {
			return fmt.Errorf("%s %q: %s", p.Kind, p.Text, fmt.Sprintf(format, args...))
		}
		if !kinds[p.Kind] || p.Title == "" || !words[p.Confidence] || len(p.Cite) == 0 {
			return bad("kind %q, title %q, confidence %q, %d sources", p.Kind, p.Title, p.Confidence, len(p.Cite))
		}
		if err := text(p.Text); err != nil {
			return err
		}
		if err := cited(p.Cite); err != nil {
			return err
		}
		if p.Doubt != "" {
			if err := text(p.Doubt); err != nil {
				return err
			}
		}
		if p.Confidence == "weak" && p.Doubt == "" {
			return bad("weak without a doubt")
		}
		if len(p.Packets) == 0 || len(p.Packets) > 64 || p.All < len(p.Packets) || p.First != p.Packets[0] {
			return bad("%d packets of %d, first %d", len(p.Packets), p.All, p.First)
		}
		for k, n := range p.Packets {
			if !known[n] {
				return bad("packet %d is none", n)
			}
			if k > 0 && n <= p.Packets[k-1] {
				return bad("packets out of order: %v", p.Packets)
			}
		}
		if p.Timed && p.From > p.To || !p.Timed && (p.From != 0 || p.To != 0) {
			return bad("from %d to %d", p.From, p.To)
		}
		if i > 0 && p.First < st.Phases[i-1].First {
			return bad("phases out of order")
		}
		for _, f := range p.Flows {
			if !flows[f] {
				return bad("flow %d is none", f)
			}
		}
		for _, h := range p.Who {
			if !hosts[h] {
				return bad("host %s is none", h)
			}
		}
	}
	seen := map[string]bool{}
	for i := range st.Roles {
		r := &st.Roles[i]
		if seen[r.Host] || !hosts[r.Host] || !words[r.Word] || r.Kind == "" {
			return fmt.Errorf("role %+v", r)
		}
		seen[r.Host] = true
		if err := text(r.Text); err != nil {
			return err
		}
		if len(r.Why) == 0 || len(r.Packets) > 8 {
			return fmt.Errorf("%s: %d reasons, %d packets", r.Host, len(r.Why), len(r.Packets))
		}
		for k, w := range r.Why {
			if err := text(w.Text); err != nil {
				return err
			}
			if err := cited(w.Cite); err != nil {
				return err
			}
			if len(w.Packets) > 8 || len(w.Cite) == 0 || k > 0 && r.Why[k-1].Weak && !w.Weak {
				return fmt.Errorf("%s: reason %+v", r.Host, w)
			}
			for _, n := range w.Packets {
				if !known[n] {
					return fmt.Errorf("%s: packet %d is none", r.Host, n)
				}
			}
		}
		if r.Why[0].Weak && r.Word != "weak" {
			return fmt.Errorf("%s is %s by hints alone", r.Host, r.Word)
		}
	}
	for _, l := range st.Links {
		if l.A < 0 || l.B >= len(st.Roles) || l.A >= l.B || l.Label == "" || len(l.Flows) == 0 || !l.TCP && !l.UDP {
			return fmt.Errorf("link %+v", l)
		}
	}
	return nil
}
