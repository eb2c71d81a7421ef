package story

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	me     = "192.168.1.2:35990"
	here   = "192.168.1.2:1051"
	public = "203.0.113.5:35990"
)

func node(i int) string { return fmt.Sprintf("198.51.100.%d:%d", i, 20000+i) }

// Each case plays a few packets and says which kinds must be told, how sure and in which words,
// and which must not.
func TestPhases(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(s *script)
		want []string // "kind confidence: part of the sentence"
		not  []string
	}{
		{"nothing", func(s *script) {}, nil, []string{"*"}},
		{"ping", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Ping, 18)
			s.back(f, Pong, 26).Told = 0xCB007105
		}, []string{"udp-ping certain: pinged 198.51.100.1:20001, which answered that it is seen as 203.0.113.5."}, []string{"short-probe", "periodic-ping", "nat-test", "first-contact"}},
		{"ping unread", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Command, 18)
			s.back(f, Command, 26)
		}, []string{"udp-ping strong: which answered"}, []string{"short-probe"}},
		{"ping without answer", func(s *script) { s.out(s.udp(me, node(1)), Ping, 18) }, []string{"udp-ping certain: nobody answered"}, nil},
		{"answer too late", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Command, 18)
			s.wait(11_000)
			s.back(f, Command, 18)
		}, []string{"udp-unanswered", "asked-from-outside strong"}, []string{"short-probe", "udp-ping"}},
		{"answer just in time", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Command, 18)
			s.wait(9_900)
			s.back(f, Command, 18)
		}, []string{"short-probe strong: which accepted"}, []string{"asked-from-outside"}},
		{"short probes", func(s *script) {
			for i, a := range []What{Accept, Redirect, Nothing, Nothing, Redirect} {
				s.probe(s.udp(me, node(1+i)), a)
			}
		}, []string{"short-probe certain: asked 5 supernodes whether it may connect: 1 accepted, 2 sent it on to other supernodes and 2 did not answer.", "redirect strong: probed 3 other nodes", "first-contact strong"},
			[]string{"long-probe", "udp-unanswered"}},
		{"redirect that was read", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Probe, 18)
			s.back(f, Redirect, 51).Others = []string{node(2), node(3), "192.0.2.4:4", "192.0.2.5:5", "192.0.2.6:6"}
			s.probe(s.udp(me, node(3)), Accept)
			s.probe(s.udp(me, node(9)), Accept)
		}, []string{"redirect certain: to 198.51.100.2:20002, 198.51.100.3:20003, 192.0.2.4:4, 192.0.2.5:5 and 192.0.2.6:6, and within 10 s it probed 2 other nodes for the first time, 1 of them from that list."}, nil},
		{"one of two supernodes ends", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			s.supernode(s.tcp("192.168.1.2:1052", node(2), "supernode"))
			s.back(f, Closed, 0)
			s.wait(5000)
			s.supernode(s.tcp("192.168.1.2:1053", node(3), "supernode"))
		}, []string{"tcp-handshake x3"}, []string{"supernode-lost", "session-end"}},
		{"redirect that nobody follows", func(s *script) {
			f := s.udp(me, node(1))
			s.probe(f, Redirect)
			s.wait(10_200)
			s.probe(s.udp(me, node(2)), Accept)
		}, []string{"redirect weak: no new node was probed"}, nil},
		{"answer of another size", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Command, 30)
			s.back(f, Command, 52)
		}, []string{"exchange strong: put a question of another kind to 198.51.100.1:20001, of 30 bytes, and got 1 answer of 52 bytes"}, []string{"short-probe", "redirect", "udp-ping"}},
		{"probes far apart", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			s.wait(40_000)
			s.probe(s.udp(me, node(2)), Accept)
		}, []string{"short-probe x2"}, nil},
		{"long probe", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Probe, 18)
			s.back(f, NAck, 11).Told = 0xCB007105
			s.out(f, Resend, 23)
			s.back(f, Accept, 18)
		}, []string{"long-probe certain: told it its address, 203.0.113.5, and the Resend of 23 bytes went to the node, which accepted.", "first-contact strong: did not know its public address"},
			[]string{"short-probe"}},
		{"resend of the wrong size", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Command, 18)
			s.back(f, NAck, 11)
			s.out(f, Resend, 24)
			s.back(f, Accept, 18)
		}, []string{"long-probe strong"}, nil},
		{"NAck alone", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Command, 18)
			s.back(f, NAck, 11)
		}, []string{"long-probe weak: no Resend"}, nil},
		{"bootstrap", func(s *script) {
			s.probe(s.udp(me, "198.51.100.9:33033"), Redirect)
			s.probe(s.udp(me, node(2)), Accept)
		}, []string{"bootstrap weak: asked 198.51.100.9:33033"}, nil},
		{"bootstrap at a published address", func(s *script) {
			s.probe(s.udp(me, "66.235.180.9:33033"), Redirect)
		}, []string{"bootstrap strong"}, nil},
		{"UDP blocked", func(s *script) {
			for i := range blockedSure {
				s.out(s.udp(me, node(1+i)), Command, 20)
				s.wait(1000)
			}
		}, []string{"udp-unanswered strong: to 30 hosts over UDP, and in the whole capture not one datagram came back", "login-failed weak: reached none of 30 nodes"}, []string{"short-probe", "first-contact"}},
		{"UDP perhaps blocked", func(s *script) {
			for i := range blockedHosts {
				s.out(s.udp(me, node(1+i)), Command, 20)
			}
		}, []string{"udp-unanswered weak: UDP seems to be blocked"}, nil},
		{"one answer is enough", func(s *script) {
			for i := range blockedSure {
				f := s.udp(me, node(1+i))
				s.out(f, Command, 20)
				if i == 17 {
					s.back(f, Command, 20)
				}
			}
		}, []string{"udp-unanswered strong: and nobody answered"}, []string{"login-failed"}},
		{"retransmissions are one question", func(s *script) {
			f := s.udp(me, node(1))
			first := s.out(f, Probe, 18).Packet + 1
			s.wait(2050)
			s.out(f, Probe, 18).Retransmits = first
			s.wait(4020)
			s.out(f, Probe, 18).Retransmits = first
			s.wait(4500)
			s.back(f, Accept, 18)
		}, []string{"short-probe certain: asked 198.51.100.1:20001 whether it may connect, which accepted."}, []string{"periodic-ping"}},

		{"NAT test", func(s *script) {
			for i := range 2 {
				f := s.udp(me, node(1+i))
				for range natPings {
					s.out(f, Ping, 18)
					s.wait(80)
					s.back(f, Pong, 26).Told = 0xCB007105
				}
			}
		}, []string{"nat-test strong: 198.51.100.1:20001 and 198.51.100.2:20002 back to back, 5 times each"}, []string{"udp-ping", "periodic-ping", "hold", "media"}},
		{"four pings are no NAT test", func(s *script) {
			f := s.udp(me, node(1))
			for range natPings - 1 {
				s.out(f, Ping, 18)
				s.wait(80)
				s.back(f, Pong, 26)
			}
		}, []string{"udp-ping certain"}, []string{"nat-test"}},
		{"five pings in three seconds are none", func(s *script) {
			f := s.udp(me, node(1))
			for range natPings {
				s.out(f, Ping, 18)
				s.wait(700)
			}
		}, nil, []string{"nat-test"}},
		{"steady pings", func(s *script) {
			f := s.udp(me, node(1))
			for range 6 {
				s.out(f, Ping, 18)
				s.wait(100)
				s.back(f, Pong, 26)
				s.wait(19_900)
			}
		}, []string{"periodic-ping strong: every 20 s, 6 times in all"}, []string{"nat-test", "udp-ping"}},
		{"unread pings once a minute", func(s *script) {
			f := s.udp(me, node(1))
			for range 5 {
				s.out(f, Command, 18)
				s.wait(100)
				s.back(f, Command, 18)
				s.wait(59_900)
			}
		}, []string{"periodic-ping strong: every 60 s"}, []string{"short-probe", "media", "hold"}},
		{"irregular pings", func(s *script) {
			f := s.udp(me, node(1))
			for _, ms := range []int64{3000, 9000, 20_000, 2000, 31_000} {
				s.out(f, Ping, 18)
				s.back(f, Pong, 26)
				s.wait(ms)
			}
		}, []string{"udp-ping"}, []string{"periodic-ping"}},

		{"publication", func(s *script) {
			for i := range 8 {
				f := s.udp(me, node(1+i))
				s.out(f, Command, 346).Equal = 3
				s.back(f, Ack, 11)
			}
		}, []string{"publication strong: sent 8 records of up to 346 bytes one way to 8 nodes, in equal copies of 1 text; all were acknowledged"}, []string{"user-search"}},
		{"publication to two is weak", func(s *script) {
			for i := range 2 {
				f := s.udp(me, node(1+i))
				s.out(f, Command, 346)
				s.back(f, Ack, 11)
			}
		}, []string{"publication weak"}, nil},
		{"search", func(s *script) {
			for i := range 6 {
				f := s.udp(me, node(1+i))
				e := s.out(f, Command, 30)
				e.Equal = 4
				n := e.Packet
				if i < 4 {
					e = s.back(f, NotFound, 18)
					e.Answers = []uint32{n}
				}
			}
		}, []string{"user-search certain: asked 6 nodes about users with 6 requests, which are copies of 1 text: 4 brought the answer “none” and 2 were not answered."}, []string{"udp-unanswered", "exchange"}},
		{"fragmented answer is a burst, no call", func(s *script) {
			f := s.udp(me, node(1))
			n := s.out(f, Command, 47).Packet
			for range 18 {
				s.back(f, Fragment, 1355).Answers = []uint32{n}
				s.wait(20)
			}
		}, []string{"user-search strong: 1 brought a long answer in 18 fragments of 24 kB in all"}, []string{"media", "hold", "file-transfer", "call-setup", "conference"}},
		{"node list", func(s *script) {
			f := s.udp(me, node(1))
			e := s.out(f, Command, 22)
			e.Sure, e.Name = true, "command 44 (fetch node list)"
			n := e.Packet
			s.back(f, Command, 669).Answers = []uint32{n}
		}, []string{"node-list strong: and got 1 answer of 669 bytes"}, []string{"exchange"}},
		{"asked from outside", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.udp(node(7), me)
			s.out(f, Command, 18)
			s.back(f, Ack, 11)
		}, []string{"asked-from-outside certain: 198.51.100.7:20007 sent a message unasked to the client 192.168.1.2; it got nothing but an Ack."}, nil},
		{"measurement", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.flow("192.168.1.2:1030", "198.51.100.77:33435", "undecided", "")
			s.out(f, Traceroute, 36)
		}, []string{"network-measurement weak"}, nil},
		{"names", func(s *script) {
			s.in.Events = append(s.in.Events, Event{Packet: s.packet, Time: s.now, Flow: 999, What: Question, Name: "ui.skype.com", Sure: true})
			s.packet++
			s.probe(s.udp(me, node(1)), Accept)
		}, []string{"names certain: asked the name server for ui.skype.com"}, nil},

		{"supernode", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			s.supernode(s.tcp(here, node(1), "supernode"))
		}, []string{"supernode-found certain: the client opened a TCP connection to the same address and port", "tcp-handshake certain: with 14, 73, 25, 587 and 16 bytes in turn, sizes published for version 1.2 for Linux and 1.4, after its probe", "automatic-login x0"},
			[]string{"media-tcp", "call-setup", "tear-down"}},
		{"supernode of 0.97", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 34, -147, 63)
		}, []string{"tcp-handshake certain: sizes published for version 0.97"}, nil},
		{"supernode without its name", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			s.supernode(s.flow(here, node(1), "tcp", ""))
		}, []string{"supernode-found certain", "tcp-handshake strong"}, nil},
		{"TCP to another port is no supernode", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			s.supernode(s.flow(here, "198.51.100.1:4242", "tcp", ""))
		}, nil, []string{"supernode-found", "tcp-handshake"}},
		{"one message three times", func(s *script) {
			s.probe(s.udp(me, node(9)), Accept)
			f := s.udp(me, node(1))
			first := s.out(f, Command, 20).Packet
			for range 2 {
				s.wait(2000)
				s.out(f, Command, 20).Retransmits = first + 1
			}
		}, []string{"udp-unanswered strong: sent one message 3 times to 198.51.100.1:20001 over UDP, and nobody answered."}, nil},
		{"two questions of another kind", func(s *script) {
			for i := range 2 {
				f := s.udp(me, node(1+i))
				s.out(f, Command, 21+37*i)
				s.back(f, Command, 121)
			}
		}, []string{"exchange strong: put 2 questions of another kind to 198.51.100.1:20001 and 198.51.100.2:20002, of 21 to 58 bytes each, and got 2 answers of 121 bytes each"}, nil},
		{"names", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.flow("192.168.1.2:1030", "192.168.1.1:53", "undecided", "")
			for _, n := range []string{"a", "b", "c", "d", "e"} {
				s.out(f, Question, 30).Name = n + ".skype.com"
			}
			for range 2 {
				e := s.out(f, Question, 30)
				e.Name, e.Sure = "x.skype.net", false
			}
		}, []string{"names certain: asked the name server for a.skype.com, b.skype.com, c.skype.com and 2 other names, and for 1 name of Skype's later years; no answer is in the capture"}, nil},
		{"names of later years alone", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			e := s.out(s.flow("192.168.1.2:1030", "192.168.1.1:53", "undecided", ""), Question, 30)
			e.Name, e.Sure = "x.skype.net", false
		}, nil, []string{"names"}},
		{"supernode found at the SYN", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.wait(19)
			syn, at := s.touch(f), s.now
			s.wait(150)
			e := s.back(f, Connect, 0)
			e.Began, e.BeganAt = syn+1, at
			s.talk(f, 14, -73, 25, -587, 16)
		}, []string{"supernode-found certain: and within 20 ms the client opened a TCP connection", "tcp-handshake certain"}, nil},
		{"end of the session, and of the capture", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			s.out(f, Closed, 0)
			s.in.Until = s.now - millisecond + 1600*millisecond
		}, []string{"session-end weak: none replaced it until the capture ended, 1.6 s later"}, nil},
		{"end of the session, long before that of the capture", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			s.out(f, Closed, 0)
			s.in.Until = s.now - millisecond + afterLoss
		}, []string{"session-end weak: none replaced it within 60 s"}, nil},
		{"supernode refuses", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -73, 25, -refusedReply)
			s.back(f, Closed, 0)
		}, []string{"tcp-handshake weak: the answer of 339 bytes is published as a refusal"}, []string{"supernode-found", "session-end"}},
		{"a byte more is no refusal", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			s.talk(f, 14, -73, 25, -refusedReply-1, 16)
		}, []string{"supernode-found", "tcp-handshake certain"}, nil},
		{"marks do not count twice", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.back(f, Connect, 0)
			for i, n := range []int{14, -73, 25, -587, 16} {
				e := s.event(f, n < 0, Segment, 3)
				e.Name, e.Sure = "command", true
				twin := *e
				twin.Name, twin.Sure, twin.Len = "", false, max(n, -n)
				s.in.Events = append(s.in.Events, twin)
				if i == 0 { // and in the other order
					k := len(s.in.Events)
					s.in.Events[k-1], s.in.Events[k-2] = s.in.Events[k-2], s.in.Events[k-1]
				}
			}
		}, []string{"tcp-handshake certain: with 14, 73, 25, 587 and 16 bytes"}, nil},
		{"refresh", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			for range 4 {
				s.wait(59_900)
				s.talk(f, refreshSize, -refreshBack)
			}
		}, []string{"supernode-refresh strong: sent its supernode 198.51.100.1:20001 97 bytes 4 times, one minute apart"}, []string{"hold"}},
		{"no refresh at other gaps", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			for range 4 {
				s.wait(30_000)
				s.talk(f, refreshSize, -refreshBack)
			}
		}, nil, []string{"supernode-refresh"}},
		{"supernode lost", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			s.probe(s.udp(me, node(2)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			s.wait(20_000)
			s.back(f, Closed, 0)
			s.wait(500)
			s.supernode(s.tcp("192.168.1.2:1052", node(2), "supernode"))
		}, []string{"supernode-lost strong: was closed by the supernode, and after 501 ms it opened one to 198.51.100.2:20002"}, []string{"session-end"}},
		{"end of the session", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			s.wait(20_000)
			s.out(f, Closed, 0)
		}, []string{"session-end weak"}, []string{"supernode-lost"}},
		{"new login after the end", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			f := s.tcp(here, node(1), "supernode")
			s.supernode(f)
			s.out(f, Closed, 0)
			s.login(s.tcp("192.168.1.2:1053", "198.51.100.141:33033", "login"), true)
			s.supernode(s.tcp("192.168.1.2:1052", node(2), "supernode"))
		}, []string{"session-end weak: log in again", "login certain: first login"}, []string{"supernode-lost"}},
		{"attempts in vain", func(s *script) {
			s.probe(s.udp(me, node(1)), Nothing)
			s.back(s.flow(here, node(1), "tcp", ""), Refused, 0)
			s.out(s.flow("192.168.1.2:1052", "198.51.100.1:443", "tcp", ""), NoAnswer, 0)
			s.back(s.flow("192.168.1.2:1053", "198.51.100.99:443", "tcp", ""), Refused, 0) // somebody else
		}, []string{"tcp-attempts strong: to connect to 198.51.100.1:20001 and 198.51.100.1:443 over TCP in vain: 1 refused, 1 unanswered"}, nil},
		{"order of 2004", func(s *script) {
			for i := range 3 {
				s.out(s.udp(me, node(1+i)), Command, 20)
				for k, p := range []int{20001 + i, 80, 443} {
					s.wait(5000)
					s.out(s.flow(fmt.Sprintf("192.168.1.2:%d", 1100+4*i+k), fmt.Sprintf("198.51.100.%d:%d", 1+i, p), "tcp", ""), NoAnswer, 0)
				}
			}
		}, []string{"connection-order strong: UDP, then TCP to the same port, then port 80, then port 443 (3 hosts); port 80 before 443 is the order that Baset and Schulzrinne print"}, nil},
		{"order of 2006", func(s *script) {
			s.out(s.udp(me, node(1)), Command, 20)
			for k, p := range []int{20001, 443, 80} {
				s.wait(5000)
				s.out(s.flow(fmt.Sprintf("192.168.1.2:%d", 1100+k), fmt.Sprintf("198.51.100.1:%d", p), "tcp", ""), NoAnswer, 0)
			}
		}, []string{"connection-order weak: UDP, then TCP to the same port, then port 443, then port 80 (1 host); port 443 before 80 is the order that Ehlert and Petgang print"}, nil},
		{"443", func(s *script) {
			for i := range 3 {
				f := s.tcp(fmt.Sprintf("192.168.1.2:%d", 1100+i), fmt.Sprintf("198.51.100.%d:443", 1+i), "false-https")
				s.back(f, Connect, 0)
				s.out(f, FalseHello, 72)
				switch i {
				case 0:
					s.back(f, FalseHello, 79)
				case 1:
					s.talk(f, -50)
				}
			}
		}, []string{"fallback-443 certain: opened 3 connections on port 443 to 198.51.100.1:443, 198.51.100.2:443 and 198.51.100.3:443 with Skype's fixed false TLS hello: 1 got a false hello back, 1 got other bytes back and 1 got nothing back."}, []string{"login-failed"}},
		{"80", func(s *script) {
			f := s.tcp(here, "198.51.100.1:80", "port-80")
			s.back(f, Connect, 0)
			s.talk(f, 16, -60, 14)
		}, []string{"fallback-80 strong: the first messages have 16, 60 and 14 bytes"}, []string{"update-check"}},
		{"modern", func(s *script) {
			f := s.tcp(here, "198.51.100.1:40001", "modern")
			s.back(f, Connect, 0)
			s.talk(f, 50, -60)
		}, []string{"modern-stream weak"}, []string{"tcp-handshake"}},

		{"login", func(s *script) {
			s.login(s.tcp(here, "198.51.100.141:33033", "login"), true)
			s.wait(60_000)
			s.login(s.tcp("192.168.1.2:1052", "198.51.100.141:33033", "login"), true)
		}, []string{"login certain: the first login of the client 192.168.1.2 in this capture, with 198.51.100.141:33033: an empty TLS record of 5 bytes (L1), another one back (L2, 5 bytes), the session key (L3, 451 bytes) and the answer (L4, 232 bytes).", "login certain: the second login", "login x2"}, []string{"login-failed", "automatic-login"}},
		{"login elsewhere", func(s *script) {
			s.login(s.tcp(here, "198.51.100.141:13392", "login"), true)
		}, []string{"login strong: the first login"}, []string{"login-failed"}},
		{"login server out of reach", func(s *script) {
			s.probe(s.udp(me, node(1)), Accept)
			s.out(s.flow(here, "198.51.100.141:33033", "tcp", ""), NoAnswer, 0)
			s.back(s.flow("192.168.1.2:1052", "195.215.8.141:443", "tcp", ""), Refused, 0)
		}, []string{"login-failed weak: to 198.51.100.141:33033 and 195.215.8.141:443, where a login server should be, and was refused once and not answered once"}, []string{"login", "tcp-attempts"}},
		{"a node asked on the port of login servers", func(s *script) {
			s.probe(s.udp(me, "198.51.100.9:33033"), Nothing)
			s.out(s.flow(here, "198.51.100.9:33033", "tcp", ""), NoAnswer, 0)
		}, []string{"tcp-attempts"}, []string{"login-failed"}},
		{"way out lost", func(s *script) {
			f := s.tcp(here, "198.51.100.1:80", "port-80")
			s.back(f, Connect, 0)
			s.talk(f, 16, -60, 14, -583, 16)
			s.back(f, Closed, 0)
			g := s.tcp("192.168.1.2:1052", "198.51.100.2:443", "false-https")
			s.back(g, Connect, 0)
			s.out(g, FalseHello, 72)
			s.back(g, FalseHello, 93)
			s.talk(g, 14, -46, 25)
		}, []string{"supernode-lost strong: was closed by the supernode"}, []string{"session-end"}},
		{"login failed", func(s *script) {
			f := s.tcp(here, "198.51.100.141:33033", "login")
			s.login(f, false)
			s.back(f, Closed, 0)
		}, []string{"login-failed strong: the session key was answered by the end of the connection"}, []string{"login"}},
		{"login of 2004", func(s *script) {
			f := s.flow(here, "198.51.100.141:33033", "tcp", "")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 176, -246)
		}, []string{"login weak: 14 bytes, 14 bytes, 176 bytes and 246 bytes"}, nil},
		{"almost the login of 2004", func(s *script) {
			f := s.flow(here, "198.51.100.141:33033", "tcp", "")
			s.back(f, Connect, 0)
			s.talk(f, 14, -14, 177, -246)
		}, nil, []string{"login"}},
		{"automatic login", func(s *script) {
			f := s.udp(me, node(1))
			s.out(f, Probe, 18)
			s.back(f, NAck, 11)
			s.out(f, Resend, 23)
			s.back(f, Accept, 18)
			s.supernode(s.tcp(here, node(1), "supernode"))
		}, []string{"automatic-login weak"}, []string{"login"}},
		{"event server", func(s *script) {
			s.login(s.tcp(here, "198.51.100.142:12350", "event"), true)
			f := s.udp(me, "198.51.100.142:12350")
			s.out(f, Command, 27)
			s.back(f, Command, 22)
		}, []string{"event-server certain", "event-server weak: sent 1 question of 27 bytes over UDP", "event-server x2"}, []string{"login"}},
		{"web", func(s *script) {
			f := s.tcp(here, "198.51.100.131:80", "update")
			s.back(f, Connect, 0)
			s.out(f, Installed, 160)
			s.back(f, WebAnswer, 200)
			g := s.tcp("192.168.1.2:1052", "198.51.100.131:80", "update")
			s.back(g, Connect, 0)
			s.out(g, Latest, 166)
			s.back(g, WebAnswer, 396)
		}, []string{"installed certain", "update-check certain: for the latest version (getlatestversion, 166 bytes) and got 396 bytes back"}, []string{"fallback-80"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScript()
			c.play(s)
			holds(t, s.tell(t), c.want, c.not)
		})
	}
}

// holds compares a story with expectations.
func holds(t *testing.T, st *Story, want, not []string) {
	t.Helper()
	for _, w := range want {
		head, part, _ := strings.Cut(w, ": ")
		kind, how, _ := strings.Cut(head, " ")
		n, ok := 0, false
		for _, p := range st.Phases {
			if p.Kind == kind {
				n++
				ok = ok || (how == "" || how[0] == 'x' || p.Confidence == how) && strings.Contains(strings.ToLower(p.Text), strings.ToLower(part))
			}
		}
		if strings.HasPrefix(how, "x") {
			ok = fmt.Sprintf("x%d", n) == how || how == "x0"
		}
		if !ok {
			t.Errorf("not told: %s\n%s", w, dump(st))
		}
	}
	for _, p := range st.Phases {
		if slices.Contains(not, p.Kind) || slices.Contains(not, "*") {
			t.Errorf("told: %s %s", p.Kind, p.Text)
		}
	}
}
