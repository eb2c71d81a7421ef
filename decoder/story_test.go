package decoder_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"somscope/decoder"
	"somscope/decoder/internal/captures"
	"somscope/decoder/story"
)

// storyOf reads a capture and returns its story.
func storyOf(t *testing.T, file string) (*decoder.Capture, *story.Story) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := decoder.Open(bytes.NewReader(b), filepath.Base(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err = c.Step(time.Second); err != nil {
			break
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	c.DeepAll()
	st := c.Story()
	if st == nil {
		t.Fatal("no story")
	}
	return c, st
}

// calls are the kinds that only a call, or what looks like one, may bring.
const calls = "media media-tcp hold resume conference skypeout skypein file-transfer tear-down call-setup call-setup-1 call-setup-2 call-setup-3"

// tells holds a story to the phases it must tell, each as "kind", "kind certain" or
// "kind certain: part of its sentence", and to those it must not.
func tells(t *testing.T, st *story.Story, want []string, not string) {
	t.Helper()
	for _, w := range want {
		head, part, _ := strings.Cut(w, ": ")
		kind, how, _ := strings.Cut(head, " ")
		ok := false
		for _, p := range st.Phases {
			ok = ok || p.Kind == kind && (how == "" || p.Confidence == how) && strings.Contains(p.Text, part)
		}
		if !ok {
			t.Errorf("not told: %s", w)
			for _, p := range st.Phases {
				if p.Kind == kind {
					t.Logf("%s %s, %d packets", p.Kind, p.Confidence, p.All)
				}
			}
		}
	}
	for _, p := range st.Phases {
		for _, k := range strings.Fields(not) {
			if p.Kind == k || k == "*" {
				t.Errorf("told: %s, %d packets from %d on", p.Kind, p.All, p.First+1)
			}
		}
	}
}

func roles(st *story.Story, kind string) (all []*story.Role) {
	for i := range st.Roles {
		if st.Roles[i].Kind == kind {
			all = append(all, &st.Roles[i])
		}
	}
	return all
}

func TestStoryOfCaptures(t *testing.T) {
	dir := captures.Dir(t)
	for _, c := range []struct {
		file string
		want []string
		not  string
	}{
		{"skype/SkypeIRC-part1.pcap", []string{
			"first-contact strong: port 35990",
			"short-probe certain: 14 supernodes whether it may connect: 1 accepted, 2 sent it on",
			"long-probe certain: Resend of 23 bytes",
			"redirect: probed 9 other nodes for the first time",
			"supernode-found certain: and within 1 ms the client opened",
			"session-end weak: until the capture ended",
			"tcp-handshake certain: with 14, 73, 25, 587 and 16 bytes in turn, sizes published for version 1.2",
			"login certain: L3, 451 bytes) and the answer (L4, 232 bytes)",
			"update-check certain: getlatestversion, 166 bytes) and got 396 bytes back",
			"event-server certain", "event-server weak: 2 questions of 27 bytes over UDP",
			"publication strong: 8 records of up to 346 bytes", "publication strong: 12 records of up to 346 bytes one way to 12 nodes, in equal copies of 1 text; all were acknowledged",
			"user-search certain: which are copies of 1 text: 15 brought the answer “none” and 1 was not answered",
			"user-search: 3 brought a long answer in 54 fragments",
			"nat-test strong: 5 times each", "udp-unanswered strong: sent one message 3 times to",
			"names certain: ui.skype.com", "asked-from-outside certain: nothing but an Ack", "asked-from-outside certain: after its message it opened a TCP connection to the client", "network-measurement weak", "node-list",
		}, calls + " login-failed automatic-login fallback-443 fallback-80 modern-stream"},
		{"skype/skype_udp.pcap", []string{"short-probe certain: which accepted", "udp-unanswered"}, calls + " login"},
		{"skype/skype-mac-2015a.pcap", []string{
			"udp-unanswered strong: 152 messages from its port 13021",
			"fallback-443 certain: opened 26 connections on port 443 to 26 hosts with Skype's fixed false TLS hello: 9 got a false hello back",
			"connection-order strong: port 443",
			"login", "modern-stream weak",
		}, calls + " udp-ping short-probe user-search automatic-login publication"},
		{"skype/skype-conference-call-part1.pcap", nil, "*"},
		{"synthetic/call-e2e-eg711.pcap", []string{"media strong: in 30 s"}, "hold resume conference file-transfer skypeout skypein media-tcp"},
		{"synthetic/call-e2e-g729.pcap", []string{"media strong: in 30 s"}, "hold resume conference file-transfer skypeout skypein media-tcp"},
		{"synthetic/call-e2e-ilbc.pcap", []string{"media strong: in 30 s"}, "hold resume conference file-transfer skypeout skypein media-tcp"},
		{"synthetic/call-e2e-ipcm.pcap", []string{"media strong: in 30 s"}, "hold resume conference file-transfer skypeout skypein media-tcp"},
		{"synthetic/call-e2e-isac.pcap", []string{"media strong: in 30 s", "long-probe certain"}, "hold resume conference file-transfer skypeout skypein media-tcp"},
		{"synthetic/call-e2o-g729.pcap", []string{"skypeout strong: in 30 s, 49 a second out"}, "media hold conference file-transfer skypein"},
		{"synthetic/conference-host-isac.pcap", []string{"conference strong: it mixes the voices", "media strong: 1,581 data messages", "media strong: 1,320 data messages"}, "hold file-transfer skypeout skypein"},
		{"synthetic/ping-only.pcap", []string{"periodic-ping strong: every 60 s"}, calls + " short-probe long-probe"},
		{"synthetic/traps.pcap", nil, "*"},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			_, st := storyOf(t, filepath.Join(dir, c.file))
			tells(t, st, c.want, c.not)
		})
	}
}

// TestStoryOfOthers holds that nothing is told of captures without Skype.
func TestStoryOfOthers(t *testing.T) {
	for _, pattern := range []string{"negative/*", "rtp/*", "links/*"} {
		for _, file := range captures.Glob(t, pattern) {
			_, st := storyOf(t, file)
			if len(st.Phases) > 0 || len(st.Roles) > 0 {
				t.Errorf("%s: %d phases, %d roles", filepath.Base(file), len(st.Phases), len(st.Roles))
			}
		}
	}
}

// TestRolesOfCaptures holds who is who in the capture of 2006.
func TestRolesOfCaptures(t *testing.T) {
	_, st := storyOf(t, filepath.Join(captures.Dir(t), "skype/SkypeIRC-part1.pcap"))
	for kind, n := range map[string]int{"client": 1, "login server": 1, "event server": 1, "update server": 1, "gateway": 0, "relay": 0} {
		if got := roles(st, kind); len(got) != n {
			t.Errorf("%d times %s, want %d", len(got), kind, n)
		} else if n == 1 && got[0].Word != "certain" {
			t.Errorf("%s is %s", kind, got[0].Word)
		}
	}
	if c := roles(st, "client"); len(c) == 1 && (c[0].Port != 35990 || !strings.Contains(c[0].Text, "behind a NAT")) {
		t.Errorf("the client: port %d", c[0].Port)
	}
	state := map[string]int{}
	for _, r := range roles(st, "supernode") {
		state[r.State]++
	}
	if state["kept"] != 1 || state["refused"] != 3 || state["tried"] < 5 {
		t.Errorf("supernodes: %v", state)
	}
	if len(st.Links) < 60 {
		t.Errorf("%d links", len(st.Links))
	}
}

// TestStoryOfSamples holds what the shelf is there to show.
func TestStoryOfSamples(t *testing.T) {
	for _, c := range []struct {
		file string
		want []string
		not  string
	}{
		{"probe.pcap", []string{"long-probe certain", "redirect", "supernode-found certain", "tcp-handshake certain", "nat-test strong", "asked-from-outside certain"}, calls},
		{"login.pcapng", []string{"login certain", "installed certain", "update-check certain", "event-server certain", "publication strong", "user-search"}, calls + " login-failed"},
		{"call.pcap", []string{"media strong", "hold strong", "resume strong", "tear-down"}, "conference file-transfer skypeout skypein media-tcp"},
		{"codecs.pcap", []string{"media strong", "hold strong: 7.0 s", "resume strong", "tear-down", "call-setup-1 strong"}, "conference file-transfer skypeout skypein media-tcp"},
		{"telephone.pcap", []string{"skypeout strong"}, "media conference file-transfer skypein"},
		{"conference.pcap", []string{"conference strong: it mixes"}, "hold file-transfer skypeout skypein"},
		{"firewall.pcap", []string{
			"connection-order: port 80 was tried 23 s before port 443, but at other hosts", "fallback-80", "fallback-443 certain", "tcp-attempts strong: 1 refused, 3 unanswered",
			"supernode-lost strong: was closed by the supernode, and after 1.9 s", "login-failed weak: where a login server should be, and nobody answered",
		}, calls},
		{"relay.pcap", []string{"media weak: nothing came the other way", "call-setup-2 weak: media went out through"}, "conference file-transfer skypeout skypein"},
		{"transfer.pcap", []string{"file-transfer weak"}, "media conference skypeout skypein"},
		{"lookalikes.pcap", nil, "*"},
		{"ilbc.pcap", nil, "*"},
		{"gcall.pcap", nil, "*"},
		{"opus.pcap", nil, "*"},
		{"links.pcapng", nil, "*"},
	} {
		t.Run(c.file, func(t *testing.T) {
			_, st := storyOf(t, filepath.Join("../site/content/samples", c.file))
			tells(t, st, c.want, c.not)
		})
	}
}

// TestStoryPoints holds that every packet a phase or a role points at is one of its flows', and
// that the deep links of the page lead somewhere.
func TestStoryPoints(t *testing.T) {
	files, err := filepath.Glob("../site/content/samples/*.pcap*")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	if dir := os.Getenv("SOMSCOPE_CAPTURES"); dir != "" {
		files = append(files, filepath.Join(dir, "skype/SkypeIRC-part1.pcap"), filepath.Join(dir, "skype/skype-mac-2015a.pcap"))
	}
	for _, file := range files {
		c, st := storyOf(t, file)
		for _, p := range st.Phases {
			mine := map[uint32]bool{}
			for _, f := range p.Flows {
				mine[f] = true
			}
			for _, n := range p.Packets {
				if n >= uint32(c.Len()) {
					t.Fatalf("%s: %s points at packet %d", filepath.Base(file), p.Kind, n)
				}
				if f := c.FlowOf(n) - 1; !mine[f] {
					t.Errorf("%s: packet %d of %s is of flow %d, not among %v", filepath.Base(file), n, p.Kind, f, p.Flows)
				}
			}
		}
	}
}
