package story

import (
	"fmt"
	"strings"
	"testing"

	"somscope/decoder/field"
)

func role(st *Story, host string) *Role {
	for i := range st.Roles {
		if st.Roles[i].Host == host {
			return &st.Roles[i]
		}
	}
	return nil
}

// TestRoles plays a session in which every role occurs.
func TestRoles(t *testing.T) {
	s := newScript()
	boot := s.udp(me, "66.235.180.9:33033")
	s.out(boot, Command, 20)
	f := s.udp(me, node(1)) // tells us our address
	s.out(f, Probe, 18)
	s.back(f, NAck, 11).Told = 0xCB007105
	s.out(f, Resend, 23)
	s.back(f, Command, 51)
	s.probe(s.udp(me, node(2)), Accept) // kept
	kept := s.tcp(here, node(2), "supernode")
	s.supernode(kept)
	s.probe(s.udp(me, node(3)), Accept)  // tried
	s.probe(s.udp(me, node(4)), Nothing) // asked, silent
	s.login(s.tcp("192.168.1.2:1052", "195.215.8.141:33033", "login"), true)
	s.login(s.tcp("192.168.1.2:1053", "198.51.100.142:12350", "event"), true)
	s.login(s.tcp("192.168.1.2:1055", "198.51.100.143:13392", "login"), true)
	web := s.tcp("192.168.1.2:1054", "198.51.100.131:80", "update")
	s.back(web, Connect, 0)
	s.out(web, Latest, 166)
	trace := s.flow("192.168.1.2:1030", "198.51.100.77:33435", "undecided", "")
	s.out(trace, Traceroute, 36)
	s.data(s.udp(me, "198.51.100.60:6000"), 20, 33, 33, 67)
	s.data(s.udp(me, "198.51.100.61:6001"), 20, 33, 0, 67)
	s.data(s.flow(me, "198.51.100.62:12340", "skype.e2o", ""), 20, 50, 50, 29)
	out := s.udp("198.51.100.63:7000", me)
	s.out(out, Probe, 18)
	s.back(out, Ack, 11)
	st := s.tell(t)
	for _, c := range []struct{ host, kind, state, word, why string }{
		{"192.168.1.2", "client", "", "certain", "seen as 203.0.113.5"},
		{"66.235.180.9", "bootstrap node", "", "weak", "published"},
		{"198.51.100.1", "supernode", "refused", "strong", "list of other supernodes"},
		{"198.51.100.2", "supernode", "kept", "certain", "may be connected to"},
		{"198.51.100.3", "supernode", "tried", "certain", "may be connected to"},
		{"198.51.100.4", "supernode", "tried", "weak", "whether it may be"},
		{"195.215.8.141", "login server", "", "certain", "false TLS"},
		{"198.51.100.143", "login server", "", "strong", "false TLS"},
		{"198.51.100.142", "event server", "", "certain", "false TLS"},
		{"198.51.100.131", "update server", "", "certain", "latest version"},
		{"198.51.100.77", "network-probe target", "", "weak", "33435"},
		{"198.51.100.60", "peer", "", "strong", "Media or a file flowed"},
		{"198.51.100.61", "relay", "", "weak", "one way"},
		{"198.51.100.62", "gateway", "", "strong", "12340"},
		{"198.51.100.63", "peer", "", "strong", "unasked"},
	} {
		r := role(st, c.host)
		if r == nil {
			t.Errorf("%s has no role", c.host)
			continue
		}
		var why []string
		for _, w := range r.Why {
			why = append(why, w.Text)
		}
		if r.Kind != c.kind || r.State != c.state || r.Word != c.word || !strings.Contains(strings.Join(why, " "), c.why) {
			t.Errorf("%s: %s %s %s, want %s %s %s %q\n%s\n%s", c.host, r.Kind, r.State, r.Word, c.kind, c.state, c.word, c.why, r.Text, strings.Join(why, "\n"))
		}
	}
	if len(st.Roles) != 15 {
		t.Errorf("%d roles", len(st.Roles))
	}
	if st.Roles[0].Kind != "client" || st.Roles[0].Port != 35990 {
		t.Errorf("first is %+v", st.Roles[0])
	}
	label := map[string]string{}
	for _, l := range st.Links {
		label[st.Roles[l.B].Host] = l.Label
	}
	for host, want := range map[string]string{
		"198.51.100.2": "probe, then TCP", "195.215.8.141": "login", "198.51.100.60": "voice", "198.51.100.62": "telephone", "198.51.100.77": "measurement",
	} {
		if label[host] != want {
			t.Errorf("link to %s: %q, want %q", host, label[host], want)
		}
	}
}

// TestHintsAreNotEnough holds that a published address gives nobody a role that behaviour does
// not give, and that it stands last among the reasons.
func TestHintsAreNotEnough(t *testing.T) {
	s := newScript()
	f := s.flow(here, "195.215.8.141:33033", "tcp", "")
	s.back(f, Connect, 0)
	s.talk(f, 200, -300)
	g := s.udp(me, "195.215.8.140:4000")
	s.out(g, Ping, 18)
	s.back(g, Pong, 26)
	st := s.tell(t)
	if r := role(st, "195.215.8.141"); r != nil {
		t.Errorf("%+v", r)
	}
	r := role(st, "195.215.8.140")
	if r == nil || r.Kind != "peer" || !r.Why[len(r.Why)-1].Weak || r.Why[0].Weak {
		t.Errorf("%+v", r)
	}
}

// TestClients holds who is taken for a client.
func TestClients(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(s *script)
		want string
	}{
		{"the private one", func(s *script) { s.probe(s.udp(node(1), me), Accept) }, "192.168.1.2"},
		{"the one with many peers", func(s *script) {
			for i := range 4 {
				s.probe(s.udp(node(1+i), public), Accept)
			}
		}, "203.0.113.5"},
		{"the one that opens", func(s *script) { s.probe(s.udp(public, node(1)), Accept) }, "203.0.113.5"},
		{"two behind one router", func(s *script) {
			for i := range 3 {
				s.probe(s.udp("192.168.1.2:5000", node(1+i)), Accept)
				s.probe(s.udp("192.168.1.3:5001", node(1+i)), Accept)
			}
		}, "192.168.1.2 192.168.1.3"},
		{"nobody", func(s *script) { s.flow(me, node(1), "other", "") }, ""},
	} {
		s := newScript()
		c.play(s)
		var got []string
		for _, r := range s.tell(t).Roles {
			if r.Kind == "client" {
				got = append(got, r.Host)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// TestPublic holds how a client's place is told.
func TestPublic(t *testing.T) {
	for _, c := range []struct {
		end  string
		told uint32
		want string
	}{
		{me, 0xCB007105, "behind a NAT, for others see it as 203.0.113.5"},
		{me, 0, "behind a NAT, as its private address shows"},
		{public, 0xCB007105, "not behind a NAT"},
		{public, 0xCB007106, "behind a NAT, for others see it as 203.0.113.6"},
		{public, 0, "it has a public address"},
	} {
		s := newScript()
		for i := range 3 {
			f := s.udp(c.end, node(1+i))
			s.out(f, Ping, 18)
			s.back(f, Pong, 26).Told = c.told
		}
		st := s.tell(t)
		if r := st.Roles[0]; !strings.Contains(r.Text, c.want) {
			t.Errorf("%s told %x: %s", c.end, c.told, r.Text)
		}
	}
}

// TestManyRoles holds the bound and that what matters survives it.
func TestManyRoles(t *testing.T) {
	s := newScript()
	for i := range 1000 {
		s.out(s.udp(me, fmt.Sprintf("198.51.%d.%d:4000", 100+i/200, 1+i%200)), Probe, 18)
	}
	s.login(s.tcp(here, "198.51.100.241:33033", "login"), true)
	st := s.tell(t)
	if len(st.Roles) != MaxRoles || role(st, "198.51.100.241") == nil || !strings.Contains(st.Note, "802 hosts") {
		t.Errorf("%d roles, %q", len(st.Roles), st.Note)
	}
}

// TestKinds holds the table to its form.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds {
		if k.Name == "" || seen[k.Name] || k.Name != strings.ToLower(k.Name) || strings.Contains(k.Name, " ") {
			t.Errorf("name %q", k.Name)
		}
		seen[k.Name] = true
		if err := cited(k.Cite); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
		if k.Title == "" || !strings.HasSuffix(k.Doc, ".") || strings.Count(k.Doc, ". ") > 0 || len(k.Cite) == 0 || k.tell == nil {
			t.Errorf("%s: %q %q", k.Name, k.Title, k.Doc)
		}
	}
}

// TestServers holds that only the handful of published servers is known, each from a source.
func TestServers(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range servers {
		if err := cited([]field.Cite{{Key: x.key}}); err != nil || seen[x.host] || x.what == "" || published(x.host) != x.what {
			t.Errorf("%s %q: %v", x.host, x.what, err)
		}
		seen[x.host] = true
	}
	if len(servers) > 30 {
		t.Errorf("%d addresses; a list of supernodes has no place here", len(servers))
	}
}

// TestLost holds that a supernode which left is not said to be kept, unless it came back.
func TestLost(t *testing.T) {
	for _, again := range []bool{false, true} {
		s := newScript()
		s.probe(s.udp(me, node(1)), Accept)
		s.probe(s.udp(me, node(2)), Accept)
		f := s.tcp(here, node(1), "supernode")
		s.supernode(f)
		s.back(f, Closed, 0)
		s.supernode(s.tcp("192.168.1.2:1052", node(2), "supernode"))
		if again {
			s.supernode(s.tcp("192.168.1.2:1053", node(1), "supernode"))
		}
		st := s.tell(t)
		want := "lost"
		if again {
			want = "kept"
		}
		if r := role(st, "198.51.100.1"); r == nil || r.State != want || r.Word != "certain" {
			t.Errorf("again %v: %+v", again, r)
		}
		if r := role(st, "198.51.100.2"); r == nil || r.State != "kept" {
			t.Errorf("again %v, the second: %+v", again, r)
		}
	}
}

// TestWordsAgree holds that a role is as sure as the phase it rests on.
func TestWordsAgree(t *testing.T) {
	for _, c := range []struct {
		name, kind, role string // the phase and the role of 198.51.100.1
		play             func(s *script)
	}{
		{"refusal by size", "tcp-handshake", "supernode", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -73, 25, -refusedReply)
		}},
		{"login", "login", "login server", func(s *script) { s.login(s.tcp(here, "198.51.100.1:33033", "login"), true) }},
		{"login on another port", "login", "login server", func(s *script) { s.login(s.tcp(here, "198.51.100.1:4000", "login"), true) }},
		{"login without an answer", "login-failed", "login server", func(s *script) {
			f := s.tcp(here, "198.51.100.1:33033", "login")
			s.login(f, false)
			s.back(f, Closed, 0)
		}},
		{"login before a call to a telephone", "login", "login server", func(s *script) {
			s.login(s.tcp(here, "198.51.100.1:33033", "login"), true)
			s.data(s.flow(me, "198.51.100.62:12340", "skype.e2o", ""), 20, 50, 50, 29)
		}},
		{"events", "event-server", "event server", func(s *script) { s.login(s.tcp(here, "198.51.100.1:12350", "event"), true) }},
		{"events without an answer", "event-server", "event server", func(s *script) { s.login(s.tcp(here, "198.51.100.1:12350", "event"), false) }},
		{"a handshake of other sizes", "tcp-handshake", "supernode", func(s *script) {
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 40, -50, 60, -70, 80)
		}},
		{"found", "supernode-found", "supernode", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -73, 25, -14)
		}},
	} {
		s := newScript()
		c.play(s)
		st := s.tell(t)
		p, r := find(st, c.kind), role(st, "198.51.100.1")
		switch {
		case p == nil || r == nil || r.Kind != c.role:
			t.Errorf("%s: %+v\n%s", c.name, r, dump(st))
		case p.Confidence != r.Word:
			t.Errorf("%s: the phase is %s, the role %s: %s", c.name, p.Confidence, r.Word, r.Text)
		}
	}
}

// TestAnswersAreCited holds that a reason which counts answers points at these.
func TestAnswersAreCited(t *testing.T) {
	s := newScript()
	ask := func(i int, q, a What) (host string, answer uint32) {
		f := s.udp(me, node(i))
		s.out(f, q, 40)
		return s.in.Flows[f].HostB, s.back(f, a, 11).Packet
	}
	want := map[string]uint32{}
	for i, x := range [][2]What{{Search, NotFound}, {Search, Fragment}, {Publish, Ack}, {Ping, Pong}, {Probe, Accept}} {
		host, packet := ask(1+i, x[0], x[1])
		want[host] = packet
	}
	s.probe(s.udp(me, node(9)), Accept)
	f := s.tcp(here, node(9), "supernode")
	s.back(f, Connect, 0)
	s.talk(f, 14, -73, 25)
	want["198.51.100.9"] = s.packet
	s.talk(f, -refusedReply)
	st := s.tell(t)
	for host, packet := range want {
		r := role(st, host)
		ok := false
		for _, w := range r.Why {
			ok = ok || len(w.Packets) == 1 && w.Packets[0] == packet && (strings.Contains(w.Text, "answer") || strings.Contains(w.Text, "acknowledgement"))
		}
		if !ok {
			t.Errorf("%s does not cite packet %d: %+v", host, packet, r.Why)
		}
	}
}

// TestDialledIn holds what is told of a peer that connects to the client.
func TestDialledIn(t *testing.T) {
	s := newScript()
	s.probe(s.udp(me, node(1)), Accept)
	f := s.udp(node(7), me)
	s.out(f, Probe, 18)
	s.back(f, Ack, 11)
	s.wait(100)
	s.supernode(s.tcp("198.51.100.7:4000", me, "supernode"))
	st := s.tell(t)
	holds(t, st, []string{"asked-from-outside certain: it got an Ack, and 102 ms after its message it opened a TCP connection to the client."}, nil)
	if r := role(st, "198.51.100.7"); r == nil || r.Kind != "peer" || !strings.Contains(r.Text, "opened a TCP connection") {
		t.Errorf("%+v", r)
	}
}
