package classify

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// A voice is a conversation with a datagram every so many milliseconds each way.
type voice struct {
	name     string
	port     uint16 // of the far end
	n, ms    int
	payload  func(t *talk, i, side int) []byte
	jitter   bool
	certain  bool // a certain flow of Skype uses the client's port
	oneSided bool
	class    Class
	word     string
	looks    string
}

func (v *voice) talk() *talk {
	t := newTalk()
	far := netip.AddrPortFrom(peers[3].Addr(), v.port)
	at := int64(0)
	for i := range v.n {
		t.send(at, client, far, v.payload(t, i, 0))
		if !v.oneSided {
			t.send(at+7, far, client, v.payload(t, i, 1))
		}
		at += int64(v.ms)
		if v.jitter {
			at += int64(t.dice.IntN(3000))
		}
	}
	if v.certain {
		t.say("> 1 90 " + probe1234)
	}
	return t
}

func TestTelephones(t *testing.T) {
	text := func(format string) func(t *talk, i, side int) []byte {
		return func(t *talk, i, side int) []byte {
			return t.bytes(strings.NewReplacer("I8", fmt.Sprintf("%08x", i), "I4", fmt.Sprintf("%04x", i), "I2", fmt.Sprintf("%02x", i&255),
				"T8", fmt.Sprintf("%08x", i*160)).Replace(format))
		}
	}
	// Two ids, one for each direction, and dice.
	cid := func(t *talk, i, side int) []byte { return t.bytes([]string{"8d31c75a +25", "41f20e9b +25"}[side]) }
	changing := func(t *talk, i, side int) []byte {
		if i < 30 {
			return t.bytes([]string{"1277a0c4 +25", "e31b550d +25"}[side])
		}
		return cid(t, i, side)
	}
	for _, c := range []voice{
		{name: "a call to a gateway", port: gatewayPort, n: 300, ms: 20, payload: cid, class: SkypeE2O, word: Strong},
		{name: "the same from a client's port", port: gatewayPort, n: 300, ms: 20, payload: cid, certain: true, class: SkypeE2O, word: Strong},
		{name: "a short call", port: gatewayPort, n: 30, ms: 20, payload: cid, class: SkypeE2O, word: Strong},
		{name: "one direction of it", port: gatewayPort, n: 300, ms: 20, payload: cid, oneSided: true, class: SkypeE2O, word: Strong},
		{name: "a call whose id changes when it is answered", port: gatewayPort, n: 300, ms: 20, payload: changing, class: SkypeE2O, word: Strong},
		{name: "another port, a client's", port: 4000, n: 300, ms: 20, payload: cid, certain: true, class: SkypeE2O, word: Strong},
		{name: "another port", port: 4000, n: 300, ms: 20, payload: cid, class: Undecided, word: Weak},
		{name: "no rhythm", port: gatewayPort, n: 300, ms: 20, jitter: true, payload: cid, class: Undecided, word: Weak},
		{name: "fifteen datagrams", port: gatewayPort, n: 15, ms: 20, payload: cid, oneSided: true, class: Other, word: No},

		{name: "a counter in the head", port: gatewayPort, n: 300, ms: 20, payload: text("I8 +25"), class: Other, word: No},
		{name: "a counter behind the head", port: gatewayPort, n: 300, ms: 20, payload: text("8d31c75a I8 +25"), class: Other, word: No},
		{name: "a counter further behind", port: gatewayPort, n: 300, ms: 20, payload: text("8d31c75a +4 I8 +17"), class: Other, word: No},
		{name: "a fifth byte that counts", port: gatewayPort, n: 300, ms: 20, payload: text("8d31c75a I2 +25"), class: SkypeE2O, word: Strong},
		{name: "a sixth byte that counts", port: gatewayPort, n: 300, ms: 20, payload: text("8d31c75a +1 I2 +25"), class: Other, word: No},
		{name: "one bit that stands still", port: gatewayPort, n: 300, ms: 20, payload: func(t *talk, i, side int) []byte {
			b := t.bytes("8d31c75a +25")
			b[6] |= 0x40
			return b
		}, class: Other, word: No},
		{name: "eight constant bytes", port: gatewayPort, n: 300, ms: 20, payload: text("8d31c75a 11223344 +25"), class: Other, word: No},
		{name: "a tunnel with a number for its peer", port: gatewayPort, n: 300, ms: 20, payload: text("48000000 +64"), class: Other, word: No},
		{name: "a tunnel with one byte", port: gatewayPort, n: 300, ms: 20, payload: text("30 +64"), class: Other, word: No},
		{name: "WireGuard", port: gatewayPort, n: 300, ms: 20, payload: func(t *talk, i, side int) []byte {
			return t.bytes(fmt.Sprintf("04000000 5ac31b0%d %02x%02x000000000000 +80", side, i&255, i>>8))
		}, class: Other, word: No, looks: "WireGuard"},
		{name: "QUIC", port: gatewayPort, n: 300, ms: 20, payload: text("0c 71b2c3d4e5f60718 I4 +80"), class: Other, word: No},
		{name: "ESP in UDP", port: gatewayPort, n: 300, ms: 20, payload: text("c4d31d11 I8 +100"), class: Other, word: No},
		{name: "uTP", port: gatewayPort, n: 300, ms: 20, payload: func(t *talk, i, side int) []byte {
			return t.bytes(fmt.Sprintf("0100 5d2%d %08x 00000%03x 00100000 00%02x 0001 +300", side, i*20000, i, i&255))
		}, class: Other, word: No, looks: "BitTorrent's uTP"},
		{name: "RTP", port: gatewayPort, n: 300, ms: 20, payload: text("8000 I4 T8 deadbeef +160"), class: Other, word: No, looks: "RTP"},
		{name: "RTP in a channel of TURN", port: gatewayPort, n: 300, ms: 20, payload: text("4001 00ac 8000 I4 T8 deadbeef +160"), class: Other, word: No},
		{name: "VXLAN", port: gatewayPort, n: 300, ms: 20, payload: text("08000000 00123400 +80"), class: Other, word: No},
		{name: "text", port: gatewayPort, n: 300, ms: 20, payload: text("50494e47 206e6f20 I4 0000 +9"), class: Other, word: No},
		{name: "dice", port: gatewayPort, n: 300, ms: 20, payload: text("+29"), class: Other, word: No},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := c.talk()
			d := verdict(t, tab, 0)
			if d.Class != c.class && !(c.class == Other && d.Class == Undecided && d.Word == "") || d.Word != c.word && c.class != Other || c.looks != "" && d.Looks != c.looks {
				t.Errorf("%v, %q, looks like %q: %s %+v", d.Class, d.Word, d.Looks, d.Sentence, d.Evidence)
			}
			if d.Word == Certain {
				t.Error("no capture confirms the layout, so nothing is certain")
			}
		})
	}
}
