package classify

import (
	"net/netip"
	"strings"
	"testing"

	"somscope/decoder/flow"
)

// stream lets two ends speak over TCP, the client first with ">".
func stream(lines ...string) *talk {
	t := newTalk()
	t.transport = flow.TCP
	for i, l := range lines {
		src, dst := client, peers[0]
		if l[0] == '<' {
			src, dst = dst, src
		}
		t.send(int64(i*20), src, dst, t.bytes(l[1:]))
	}
	return t
}

const (
	helloSkype  = "80460103 01002d00 00001000 00050000 +56"
	helloOther  = "80460103 01002d00 00001000 00040000 +56"
	serverSkype = "16030100 4a020000 4603 01401be486 02 +63"
	serverOther = "16030100 4a020000 4603 01401be487 02 +63"
)

func TestStreamOpenings(t *testing.T) {
	for _, c := range []struct {
		name, word, looks string
		class             Class
		lines             []string
	}{
		{"L1 and L2", Certain, "", SkypeTCP, []string{"> 1603010000", "< 1703010000"}},
		{"L2 and L1, the server seen first", Certain, "", SkypeTCP, []string{"< 1703010000", "> 1603010000"}},
		{"L1 alone", Strong, "", SkypeTCP, []string{"> 1603010000"}},
		{"L2 alone", Strong, "", SkypeTCP, []string{"< 1703010000"}},
		{"L1 with more behind it", "", "", Undecided, []string{"> 1603010000 +4"}},
		{"five bytes of a real record", "", "", Undecided, []string{"> 1603010001", "< 1703010000 +20"}},
		{"both halves of false HTTPS", Certain, "", SkypeTCP, []string{"> " + helloSkype, "< " + serverSkype}},
		{"the server alone", Certain, "", SkypeTCP, []string{"< " + serverSkype}},
		{"the client alone", Strong, "", SkypeTCP, []string{"> " + helloSkype}},
		{"the client, and random bytes", Strong, "", SkypeTCP, []string{"> " + helloSkype, "< +48"}},
		{"the client with more behind it", Strong, "", SkypeTCP, []string{"> " + helloSkype + " 00"}},
		{"the client, a byte too short", No, "", Other, []string{"> " + helloSkype[:len(helloSkype)-2] + "55"}},
		{"another client's SSL 2 hello", No, "TLS", Other, []string{"> " + helloOther}},
		{"the false hello, answered by true TLS", Undecided.String(), "TLS", Undecided, []string{"> " + helloSkype, "< " + serverOther}},
		{"TLS", No, "TLS", Other, []string{"> 160301 00ba 01 0000b6 0303 +180", "< 160303 0051 02 00004d 0303 +80"}},
		{"TLS from the middle", No, "TLS", Other, []string{"> 170301 0110 +272", "< 170301 0020 +32"}},
		{"an update request", Weak, "", Undecided, []string{"> 474554202f75692f322f312e322e302e31382f656e2f 676574"}},
		{"another HTTP request", No, "HTTP", Other, []string{"> 474554202f696e6465782e68746d6c20485454502f312e31"}},
		{"a seed and a hello", Weak, "", Undecided, []string{"> +14", "< +73"}},
		{"fourteen zeros", No, "", Other, []string{"> 0000000000000000000000000000"}},
		{"random bytes", "", "", Undecided, []string{"> +60", "< +60"}},
		{"IRC", No, "IRC", Other, []string{"> 4e49434b 20616c6963650d0a"}},
		{"SSH", No, "SSH", Other, []string{"< 5353482d322e302d4f70656e535348"}},
		{"nothing", "", "", Undecided, []string{"> "}},
	} {
		d := verdict(t, stream(c.lines...), 0)
		if c.word == Undecided.String() { // neither side wins
			if d.Class == SkypeTCP {
				t.Errorf("%s: %+v", c.name, d)
			}
			continue
		}
		if d.Word != c.word || d.Looks != c.looks || d.Class != c.class {
			t.Errorf("%s: %v, %q, looks like %q; want %v, %q, %q: %s", c.name, d.Class, d.Word, d.Looks, c.class, c.word, c.looks, d.Sentence)
		}
	}
}

// Ports and addresses alone, however many, never make a conversation Skype's.
func TestPlacesAlone(t *testing.T) {
	sum := map[uint8]int{}
	for _, r := range Rules {
		for _, kind := range []uint8{onUDP, onE2O, onTCP} {
			if r.Place && r.Weight > 0 && r.on(kind) {
				sum[kind] += int(r.Weight)
			}
		}
	}
	for kind, n := range sum {
		if n >= scoreSkype {
			t.Errorf("ports and addresses together give %d to kind %d", n, kind)
		}
	}
	if sum[onUDP] == 0 || sum[onE2O] == 0 || sum[onTCP] == 0 {
		t.Error("no rule looks at places")
	}
	for _, transport := range []uint8{flow.TCP, flow.UDP} {
		for _, payload := range []string{"+14", "+60", "+2 02 +30", "0102030405060708 +40"} {
			tab := newTalk()
			tab.transport = transport
			for i := range 40 {
				tab.send(int64(20*i), netip.MustParseAddrPort("195.215.8.141:33033"), netip.MustParseAddrPort("212.72.49.142:12340"), tab.bytes(payload))
			}
			// Of UDP only the function byte says anything, and that is a reason of its own.
			if d := verdict(t, tab, 0); d.Class >= SkypeUDP && !strings.Contains(payload, "02 +30") {
				t.Errorf("transport %d, %s: %s", transport, payload, d.Sentence)
			}
		}
	}
}
