package story

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestCalls(t *testing.T) {
	const friend, third = "198.51.100.7:27213", "198.51.100.8:4040"
	calls := []string{"media", "media-tcp", "hold", "resume", "conference", "file-transfer", "skypeout", "skypein", "tear-down", "call-setup", "call-setup-1", "call-setup-2", "call-setup-3"}
	without := func(kinds ...string) []string {
		return slices.DeleteFunc(slices.Clone(calls), func(k string) bool { return slices.Contains(kinds, k) })
	}
	for _, c := range []struct {
		name string
		play func(s *script)
		want []string
		not  []string
	}{
		{"call", func(s *script) { s.data(s.udp(me, friend), 30, 33, 33, 67) },
			[]string{"media strong: exchanged 1,980 data messages in 30 s, 33 a second out with 67 bytes each and 33 a second back with 67"}, without("media")},
		{"two seconds are no call", func(s *script) { s.data(s.udp(me, friend), 2, 33, 33, 67) }, nil, calls},
		{"a little voice is weak", func(s *script) { s.data(s.udp(me, friend), 3, 16, 16, 67) }, []string{"media weak"}, without("media")},
		{"nine a second are no call", func(s *script) { s.data(s.udp(me, friend), 8, 5, 4, 67) }, nil, calls},
		{"RTP is no call", func(s *script) { s.data(s.flow(me, friend, "other", ""), 30, 50, 50, 172) }, nil, calls},
		{"undecided is no call", func(s *script) { s.data(s.flow(me, friend, "undecided", ""), 30, 50, 50, 172) }, nil, calls},
		{"no is no call", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 30, 50, 50, 172)
			s.in.Flows[f].Word = "no"
		}, nil, calls},
		{"keep-alives are no call", func(s *script) { s.keepAlive(s.udp(me, friend), 60, 3, 3) }, nil, calls},
		{"one way", func(s *script) { s.data(s.udp(me, friend), 30, 33, 0, 67) },
			[]string{"media weak: and nothing came the other way"}, without("media")},
		{"file", func(s *script) { s.dataSizes(s.udp(me, friend), 30, 40, 20, 1000, 60) },
			[]string{"file-transfer weak: the client 192.168.1.2 sent 198.51.100.7:27213 33 times as many bytes"}, without("file-transfer")},
		{"file to us", func(s *script) { s.dataSizes(s.udp(me, friend), 30, 20, 40, 60, 1000) },
			[]string{"file-transfer weak: 198.51.100.7:27213 sent the client 192.168.1.2 33 times"}, without("file-transfer")},
		{"half is a call", func(s *script) { s.dataSizes(s.udp(me, friend), 30, 30, 30, 100, 50) }, []string{"media strong"}, without("media")},
		{"less than half is a file", func(s *script) { s.dataSizes(s.udp(me, friend), 30, 30, 30, 100, 49) }, []string{"file-transfer"}, without("file-transfer")},
		{"95 messages do not tell a file", func(s *script) { s.dataSizes(s.udp(me, friend), 5, 10, 9, 100, 49) }, []string{"media weak"}, without("media")},
		{"slow file", func(s *script) { s.dataSizes(s.udp(me, friend), 30, 4, 2, 1000, 60) }, []string{"file-transfer weak"}, without("file-transfer")},
		{"no times", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 1, 500, 500, 67)
			s.in.Flows[f].Start, s.in.Flows[f].End = 1, 0
		}, []string{"media weak: exchanged 1,000 data messages: voice"}, without("media")},
		{"hold", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 20, 33, 33, 67)
			s.data(f, 10, 2, 1, 20)
			s.data(f, 20, 33, 33, 67)
		}, []string{"media x2", "hold strong: for 10 s only 3 messages a second", "resume strong: after 10 s of hold"}, without("media", "hold", "resume")},
		{"hold of keep-alives", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 20, 33, 33, 67)
			s.keepAlive(f, 6, 3, 3)
			s.data(f, 20, 33, 33, 67)
		}, []string{"hold strong: for 6.0 s only 6 messages a second", "resume"}, nil},
		{"a pause is no hold", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 20, 33, 33, 67)
			s.wait(20_000)
			s.data(f, 20, 33, 33, 67)
		}, []string{"media x2"}, without("media")},
		{"hold to the end is weak", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 20, 33, 33, 67)
			s.data(f, 10, 2, 1, 20)
		}, []string{"hold weak"}, without("media", "hold")},
		{"silence does not end a call at two seconds", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 10, 33, 33, 67)
			s.wait(2000)
			s.data(f, 10, 33, 33, 67)
		}, []string{"media x1"}, without("media")},

		{"conference", func(s *script) {
			f, g := s.udp(me, friend), s.udp(me, third)
			at := s.now
			s.data(f, 30, 33, 33, 67)
			s.now = at
			s.data(g, 30, 33, 33, 67)
		}, []string{"conference strong: with 198.51.100.7:27213 and 198.51.100.8:4040 at the same time, for 30 s: it mixes", "media x2"}, without("media", "conference")},
		{"one call after the other", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 30, 33, 33, 67)
			s.wait(1000)
			s.data(s.udp(me, third), 30, 33, 33, 67)
		}, []string{"media x2"}, without("media")},
		{"an overlap of four seconds", func(s *script) {
			f := s.udp(me, friend)
			s.data(f, 30, 33, 33, 67)
			s.wait(-4000)
			s.data(s.udp(me, third), 30, 33, 33, 67)
		}, []string{"media x2"}, without("media")},
		{"three that all speak with each other", func(s *script) {
			at := s.now
			for _, p := range [][2]string{{me, friend}, {me, third}, {friend, third}} {
				s.now = at
				s.data(s.udp(p[0], p[1]), 30, 33, 33, 67)
			}
		}, []string{"conference weak: nobody mixes for all"}, nil},
		{"conference elsewhere", func(s *script) {
			at := s.now
			s.data(s.udp("192.168.1.3:5000", third), 30, 33, 33, 67)
			s.now = at
			s.data(s.udp("192.168.1.4:5001", third), 30, 33, 33, 67)
		}, []string{"conference strong: 198.51.100.8 exchanged as much as it received with 192.168.1.3 and 192.168.1.4"}, nil},

		{"telephone", func(s *script) {
			s.login(s.tcp(here, "198.51.100.155:33033", "login"), true)
			s.data(s.flow(me, "198.51.100.140:12340", "skype.e2o", ""), 20, 50, 50, 29)
		}, []string{"skypeout strong: called a telephone by way of the gateway 198.51.100.140:12340: 2,000 datagrams in 20 s, 50 a second out with 29 bytes each and 50 a second back with 29 that carry a connection id in place of a Start of Message; a conversation with false TLS records came before."},
			without("skypeout")},
		{"asking for a telephone may be no login", func(s *script) {
			s.login(s.tcp(here, "198.51.100.155:33033", "login"), true)
			s.data(s.flow(me, "198.51.100.140:12340", "skype.e2o", ""), 20, 50, 50, 29)
		}, []string{"login strong"}, nil},
		{"from a telephone", func(s *script) { s.data(s.flow("198.51.100.140:12340", me, "skype.e2o", ""), 20, 50, 50, 29) },
			[]string{"skypein weak: the gateway 198.51.100.140:12340 began to send"}, without("skypein")},

		{"call set-up, both public", func(s *script) {
			f := s.tcp("203.0.113.5:1060", friend, "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 77, -4, 4, -528, 4, -946, 479)
			s.data(s.udp(public, friend), 20, 33, 33, 67)
			s.talk(f, 17, -14)
		}, []string{"call-setup-1 strong: the client 203.0.113.5 called 198.51.100.7:27213 directly, over TCP, with messages of 14, 14, 77, 4, 4, 528, 4, 946 and 479 bytes", "tear-down weak: 17 and 14 bytes", "media strong"},
			append(without("call-setup-1", "media", "tear-down"), "tcp-handshake", "supernode-found")},
		{"called", func(s *script) {
			f := s.tcp(friend, "203.0.113.5:1060", "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 77, -4, 4, -528, 4, -946, 479)
			s.probe(s.udp(public, node(3)), Accept)
			s.data(s.udp(public, friend), 20, 33, 33, 67)
		}, []string{"call-setup-1 strong: 198.51.100.7:27213 called the client 203.0.113.5"}, nil},
		{"call set-up behind a NAT", func(s *script) {
			f := s.tcp(here, third, "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 15, -4, 16, -569, 4, -946, 479, -228, 14, -4, 20)
			s.data(s.udp(me, friend), 20, 33, 33, 67)
		}, []string{"call-setup-2 weak: by way of 198.51.100.8:4040"}, without("call-setup-2", "media")},
		{"call by way of two relays", func(s *script) {
			for i, far := range []string{friend, third} {
				f := s.tcp(fmt.Sprintf("192.168.1.2:%d", 1060+i), far, "supernode")
				s.back(f, Connect, 0)
				s.talk(f, 14, -14, 31, -4)
			}
			at := s.now
			s.data(s.udp(me, friend), 20, 16, 0, 90)
			s.now = at + 500*millisecond
			s.data(s.udp(me, third), 20, 0, 16, 90)
		}, []string{"call-setup-2 weak: media went out through 198.51.100.7:27213 and came back through 198.51.100.8:4040", "call-setup-2 x1", "media x2"}, []string{"tcp-handshake"}},
		{"the supernode's handshake is no call set-up", func(s *script) {
			s.probe(s.udp(me, third), Accept)
			f := s.tcp(here, third, "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -73, 25, -587, 4, -4)
			s.data(s.udp(me, friend), 20, 33, 33, 67)
		}, []string{"tcp-handshake certain"}, without("media")},
		{"call set-up over UDP", func(s *script) {
			f := s.udp(me, friend)
			s.out(f, Ping, 18)
			s.back(f, Pong, 26)
			s.wait(2000)
			s.data(f, 20, 33, 33, 67)
		}, []string{"call-setup weak: spoke over UDP once"}, without("call-setup", "media")},
		{"call over TCP", func(s *script) {
			f := s.tcp(here, third, "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 15, -4, -566, 4, -946, 479)
			s.wait(1000)
			s.data(f, 30, 35, 35, 69)
			for i := range 5 {
				s.in.Flows[f].Data[4*i].Small[0] = 1
			}
		}, []string{"media-tcp strong: exchanged 2,100 segments in 30 s"}, without("media-tcp", "call-setup-3")},
		{"nine seconds over TCP are no call", func(s *script) { s.data(s.tcp(here, third, "supernode"), 9, 35, 35, 100) }, nil, calls},
		{"a download over TCP is no call", func(s *script) { s.dataSizes(s.tcp(here, third, "supernode"), 30, 10, 60, 40, 1400) }, nil, calls},
		{"TCP of others is no call", func(s *script) { s.data(s.flow(here, third, "other", ""), 30, 35, 35, 69) }, nil, calls},
		{"hanging up with nineteen", func(s *script) {
			f := s.tcp(here, friend, "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 77, -4)
			s.data(s.udp(me, friend), 20, 33, 33, 67)
			for range byeRun + 1 {
				s.talk(f, 19)
				s.wait(400)
			}
		}, []string{"tear-down strong: with 7 segments of 19 bytes in a row"}, nil},
		{"six of nineteen are too few", func(s *script) {
			f := s.tcp(here, friend, "supernode")
			s.talk(f, 14, -14, 77, -4)
			s.data(s.udp(me, friend), 20, 33, 33, 67)
			for range byeRun {
				s.talk(f, 19)
				s.wait(400)
			}
		}, nil, []string{"tear-down"}},
		{"17 and 14 a minute later", func(s *script) {
			f := s.tcp(here, friend, "supernode")
			s.talk(f, 14, -14, 77, -4)
			s.data(s.udp(me, friend), 20, 33, 33, 67)
			s.wait(60_000)
			s.talk(f, 17, -14)
		}, nil, []string{"tear-down"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript()
			c.play(s)
			holds(t, s.tell(t), c.want, c.not)
		})
	}
}

// TestMediaBand holds that voice is marked for the axis, and files are not.
func TestMediaBand(t *testing.T) {
	s := newScript()
	s.data(s.udp(me, node(1)), 20, 33, 33, 67)
	s.dataSizes(s.udp(me, node(2)), 30, 40, 20, 1000, 60)
	st := s.tell(t)
	m, f := find(st, "media"), find(st, "file-transfer")
	if m == nil || f == nil || !m.Media || f.Media {
		t.Fatalf("%+v %+v", m, f)
	}
	if m.To-m.From != 20*second || m.All != 20*66 {
		t.Errorf("%d ns, %d packets", m.To-m.From, m.All)
	}
}

// TestUntimed tells a whole session without a single time.
func TestUntimed(t *testing.T) {
	s := newScript()
	for i := range 8 {
		s.probe(s.udp(me, node(1+i)), Redirect)
	}
	s.probe(s.udp(me, node(9)), Accept)
	s.supernode(s.tcp(here, node(9), "supernode"))
	s.login(s.tcp("192.168.1.2:1052", "198.51.100.141:33033", "login"), true)
	for i := range s.in.Events {
		s.in.Events[i].NoTime, s.in.Events[i].Time = true, 0
	}
	for i := range s.in.Flows {
		s.in.Flows[i].Start, s.in.Flows[i].End = 1, 0
	}
	st := s.tell(t)
	holds(t, st, []string{"short-probe certain: 9 supernodes", "supernode-found", "tcp-handshake", "login"}, []string{"periodic-ping", "nat-test", "session-end"})
	for _, p := range st.Phases {
		if p.Timed {
			t.Errorf("%s has times", p.Kind)
		}
	}
}

// TestBounds holds the bounds: thousands of everything at extreme times.
func TestBounds(t *testing.T) {
	s := newScript()
	for i := range 3000 {
		s.now = int64(i) * hour
		a := node(i % 250)
		f := s.udp(me, a)
		s.probe(f, Accept)
		s.out(f, Ping, 18)
		s.data(f, 5, 20, 20, 60)
		x := s.tcp(here, a, "supernode")
		s.supernode(x)
		s.back(x, Closed, 0)
		s.login(s.tcp(here, "198.51.100.141:33033", "login"), i%2 == 0)
	}
	s.now = math.MaxInt64 - hour
	s.probe(s.udp(me, node(1)), Accept)
	st := s.tell(t)
	if st.Note == "" || len(st.Phases) < 50 {
		t.Errorf("%d phases, note %q", len(st.Phases), st.Note)
	}
	for _, k := range []string{"login", "short-probe", "media", "tcp-handshake", "session-end"} {
		if find(st, k) == nil {
			t.Errorf("no %s among many", k)
		}
	}
}
