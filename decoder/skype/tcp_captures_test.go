package skype

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/field"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

// A conversation of a real capture, put together.
type conversation struct {
	key    flow.Key
	stream *flow.Stream
	sides  [2]StreamSide
}

// conversations puts the TCP streams of a capture together.
func conversations(tb testing.TB, file string) []conversation {
	tb.Helper()
	a, table := flow.NewAssembler(), flow.NewTable()
	// Many files are odd on purpose; what could be read counts.
	_ = captures.Each(tb, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		id, back := table.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if s.Transport == flow.TCP && s.SegOff > 0 && s.Flags&inet.Fragment == 0 {
			a.Add(id, &table.At(id).Key, n, r.Time, r.NoTime, back, r.Data[s.SegOff:s.PayOff+s.PayLen], s.PayOff-s.SegOff+s.PayWire)
		}
	})
	a.Finish()
	var all []conversation
	for id := range uint32(table.Len()) {
		stream := a.Stream(id)
		if stream == nil || len(stream.Sides[0].Data)+len(stream.Sides[1].Data) == 0 {
			continue
		}
		c := conversation{key: table.At(id).Key, stream: stream}
		for i := range c.sides {
			from := &stream.Sides[i]
			_, port := c.key.Side(i)
			c.sides[i] = StreamSide{Data: from.Data, Start: from.Start, Port: port, Whole: from.Whole}
			for _, g := range from.Gaps {
				c.sides[i].Gaps = append(c.sides[i].Gaps, StreamGap(g))
			}
			for _, p := range from.Pieces {
				c.sides[i].Cuts = append(c.sides[i].Cuts, p.At)
			}
		}
		all = append(all, c)
	}
	return all
}

// tally reads every stream of the captures that fit a pattern, and counts the kinds.
func tally(t *testing.T, pattern string) (found string, streams int) {
	t.Helper()
	kinds := map[string]int{}
	for _, f := range captures.Glob(t, pattern) {
		for _, c := range conversations(t, f) {
			streams++
			talk := ReadTCP(&c.sides, c.stream.Opener, false)
			if talk == nil {
				continue
			}
			word := talk.Kind.String()
			if !talk.Sure {
				word += "?"
			}
			kinds[word]++
			if talk.Says == "" || talk.Why == "" || !strings.HasSuffix(talk.Says, ".") || !talk.Sure && talk.Doubt == "" {
				t.Errorf("%s: %+v", word, talk)
			}
			checkTalk(t, &c.sides, talk)
		}
	}
	var words []string
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		words = append(words, fmt.Sprintf("%s %d", k, kinds[k]))
	}
	return strings.Join(words, ", "), streams
}

// checkTalk holds what must be true of every talk.
func checkTalk(tb testing.TB, sides *[2]StreamSide, t *Talk) {
	tb.Helper()
	side, end := 0, 0
	for _, m := range t.Marks {
		if m.Side != side {
			side, end = m.Side, 0
		}
		if m.Len < 0 || m.At < end || m.At+m.Len > len(sides[m.Side].Data) {
			tb.Fatalf("%s at %d+%d of %d bytes, behind %d", m.Name, m.At, m.Len, len(sides[m.Side].Data), end)
		}
		end = m.At + m.Len
		if m.Name == "" || m.Text == "" {
			tb.Fatalf("a mark has no name: %+v", m)
		}
	}
	for i := range t.Known {
		if t.Known[i] > len(t.Reused[i]) || len(t.Reused[i]) > 10 {
			tb.Fatalf("%d of %d bytes are known", t.Known[i], len(t.Reused[i]))
		}
	}
}

func TestCapturesTalks(t *testing.T) {
	for _, c := range []struct {
		pattern string
		streams int
		want    string
	}{
		{"skype/SkypeIRC-part1.pcap", 44, "event 2, login 1, supernode 2, update 1"},
		{"skype/skype-mac-2015a.pcap", 93, "event 1, event? 1, false-https 26, login 3, modern 17, modern? 26, supernode 10"},
		{"skype/skype-conf*.pcap", 0, ""},
		{"skype/skype_udp.pcap", 0, ""},
		{"negative/*", 68, ""},
		{"links/*", 12, ""},
		{"rtp/*", 2, ""},
		{"container/*", 1, ""},
		{"synthetic/*.pcap", 0, ""},
	} {
		got, n := tally(t, c.pattern)
		if got != c.want || n != c.streams {
			t.Errorf("%s: %d streams, %q; want %d, %q", c.pattern, n, got, c.streams, c.want)
		}
	}
}

// Every packet of every stream that is Skype's is explained to its last byte.
func TestCapturesTCPTrees(t *testing.T) {
	records, right, padded := 0, 0, 0
	for _, f := range captures.Glob(t, "skype/*.pcap") {
		for _, c := range conversations(t, f) {
			talk := ReadTCP(&c.sides, c.stream.Opener, false)
			if talk == nil {
				continue
			}
			for _, o := range talk.open {
				if o != nil && o.form == formPadding {
					padded++
					if !slices.Contains([]byte{1, 3, 15}, o.hello[9]) {
						t.Errorf("a hello ends with %d", o.hello[9])
					}
				}
			}
			for _, m := range talk.Marks {
				if m.kind == markRecord {
					records++
					if b := c.sides[m.Side].Data[m.At : m.At+m.Len]; falseSum(b[5:], m.num) {
						right++
					}
				}
			}
			s := &speech{sides: c.sides}
			for side := range c.sides {
				for _, p := range c.stream.Sides[side].Pieces {
					tree := dissectPart(t, talk, s, side, p.At, p.Len, p.Packet+1)
					field.Walk(&tree.Root, func(n *field.Node, _ int) bool {
						if n.Spec == &specFalseSum && (n.Err != nil || !strings.HasPrefix(n.Note, "right")) {
							t.Errorf("a checksum of a record is wrong: %s %v", n.Note, n.Err)
						}
						return true
					})
					for _, e := range tree.Errs() {
						t.Errorf("%s, packet %d: %v", talk.Kind, p.Packet+1, e)
					}
				}
			}
		}
	}
	// 26 clients and 13 servers on 443, 20 sides of plain streams and 2 of 2006, 17 and 1 behind a key exchange.
	if want := 26 + 13 + 20 + 2 + 18; padded != want {
		t.Errorf("%d sides are proven by their padding, want %d", padded, want)
	}
	if records != 58 || right != records {
		t.Errorf("%d records, %d checksums hold", records, right)
	}
}

// What is known without a key of the connection to the supernode in the SkypeIRC capture.
func TestCapturesSupernode(t *testing.T) {
	var titles []string
	for _, c := range conversations(t, captures.Glob(t, "skype/SkypeIRC-part1.pcap")[0]) {
		if talk := ReadTCP(&c.sides, c.stream.Opener, false); talk != nil && talk.Kind == TalkSupernode {
			for i, o := range talk.open {
				titles = append(titles, fmt.Sprintf("%s, hello %x, %d known", o.title(), o.hello, talk.Known[i]))
			}
		}
	}
	want := []string{
		"command 30 First command, hello 00010000000100000001, 10 known",
		"padding, hello 014e0000000100000003, 10 known",
		"padding, hello 804a0000000100000003, 10 known",
		"ack of 3518, hello 00010000000100000000, 4 known",
	}
	if !slices.Equal(titles, want) {
		t.Errorf("%q", titles)
	}
}
