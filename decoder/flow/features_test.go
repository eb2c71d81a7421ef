package flow

import (
	"fmt"
	"testing"
	"unsafe"
)

const (
	me   = "192.0.2.1:35990"
	peer = "198.51.100.7:33033"
)

// seen feeds lines of "ms direction payload" to a fresh table and returns the one flow.
func seen(t *testing.T, lines ...struct {
	ms   int64
	back bool
	hex  string
}) (*Flow, *Features) {
	t.Helper()
	tab := talk{Table: NewTable()}
	for _, l := range lines {
		if l.back {
			tab.say(l.ms, peer, me, l.hex)
		} else {
			tab.say(l.ms, me, peer, l.hex)
		}
	}
	if tab.Len() != 1 {
		t.Fatalf("%d flows", tab.Len())
	}
	f := tab.At(0)
	return f, f.Learn(new(Features))
}

type line = struct {
	ms   int64
	back bool
	hex  string
}

func TestShape(t *testing.T) {
	for _, c := range []struct {
		hex  string
		want Kind
	}{
		{"15e8 02 +13", Command},
		{"15e8 02 +12", Odd}, // 15 bytes
		{"15e8 12 +13", Odd}, // random bits
		{"15e8 82 +13", Odd}, // bit 7
		{"15f2 03 01 +16", Resend},
		{"15f2 73 01 +16", Resend},
		{"15f2 03 02 +16", Odd},
		{"15f2 03 01 +15", Odd},
		{"15f2 25 +8", Ack},
		{"15f2 25 +9", Odd},
		{"15f2 77 +8", NAck},
		{"15f2 f7 +8", Odd},
		{"0a1b 5d", Data},
		{"0a1b 0d +60", Data},
		{"e91e 1f 1674 88 02 +20", Fragment},
		{"e91e 1f 1674 98 02 +20", Odd},
		{"e91e 1f 1674 08 03 +20", Odd},
		{"0a1b 00 +20", Odd},
		{"0a1b", Odd},
		{"", Odd},
	} {
		b := bytesOf(c.hex)
		if got := Shape(b, len(b)); got != c.want {
			t.Errorf("%s: %d, want %d", c.hex, got, c.want)
		}
	}
}

func TestForeign(t *testing.T) {
	for _, c := range []struct {
		hex  string
		want Foreign
	}{
		{"0001 0000 2112a442 +12", STUN},
		{"1234 0100 0001 0000 0000 0000 03777777 00 0001 0001", DNS},
		{"1234 8180 0001 0003 0002 0001 03777777 00 0001 0001", DNS},
		{"0000 8400 0000 0001 0000 0000 03777777 00 0001 0001", DNS},
		{"1234 0100 0101 0000 0000 0000 03777777 00 0001 0001", NotForeign},
		{"16 fefd 0000 0000 0000 0000 0010 +20", DTLS},
		{"17 feff 0000 0000 0000 0000 0010 +20", DTLS},
		{"c3 00000001 08 +30", QUIC},
		{"0d 43e5d418d29cfd0a 51303334 +20", QUIC},
		{"30 11 02 01 00 04 06 7075626c6963 a0 05 0102 03 04", BER},
		{"0610 0530 0011 2900 bc d0 1100 0003 0100 81", KNX},
		{"80c8 0006 3796cb71 +20", RTCP},
		{"81cc 0002 3796cb71 +4", RTCP},
		{"80c8 0006 3796cb71 +19", NotForeign},
		{"80cd 0006 3796cb71 +20", NotForeign},
		{"15e8 02 2bb72fed 7ce1ba8f 11223344556677", NotForeign},
		{"4142 02 +15", NotForeign},
	} {
		b := bytesOf(c.hex)
		var full [LeadSize]byte
		copy(full[:], b)
		p := loadHead(full[:])
		p.n = len(b)
		if got := p.foreign(); got != c.want {
			t.Errorf("%s: %v, want %v", c.hex, got, c.want)
		}
	}
}

// A question and its answer cost no Features, yet they can be judged by the same code.
func TestLearnFromLeads(t *testing.T) {
	f, x := seen(t,
		line{1000, false, "15e8 02 +15"},
		line{1142, true, "9491 02 +23"})
	if f.Features() != nil {
		t.Error("two datagrams have been given Features")
	}
	if x.Payloads != [2]uint32{1, 1} || x.Kinds[Command] != 2 || x.Fits() != 2 {
		t.Errorf("%+v", x)
	}
	m := x.Messages()
	if len(m) != 2 || m[0] != (Message{Packet: 0, Len: 18, Func: 2, Kind: Command}) ||
		m[1] != (Message{Packet: 1, Ms: 142, Len: 26, Func: 2, Dir: 1, Kind: Command}) {
		t.Errorf("opening %+v", m)
	}
}

func TestLongProbe(t *testing.T) {
	lines := []line{
		{0, false, "15f2 02 e2b459e6 644a654d 01020304050607"},
		{149, true, "15f2 77 cb007173 24499eb8"},
		{150, false, "15f2 03 01 24499eb8 c6336407 644a654d 11121314151617"},
		{290, true, "9491 02 +48"},
	}
	f, x := seen(t, lines...)
	if f.Features() == nil {
		t.Error("four datagrams have no Features")
	}
	if x.NAckResends != 1 || x.NAckResendAt != [2]uint32{1, 2} || x.ResendCRC != 1 || x.Answered != 1 || x.AnsweredAt != [2]uint32{0, 1} {
		t.Errorf("pair: %+v", x)
	}
	if x.Told[1] != 0xcb007173 || x.ToldAgree[1] != 1 || x.ResendTo[0] != 0xc6336407 {
		t.Errorf("addresses: %08x %d %08x", x.Told, x.ToldAgree, x.ResendTo)
	}
	if x.Retransmitted != 0 {
		t.Error("a resend is no retransmission")
	}
	// The same in another order of the file.
	_, y := seen(t, lines[2], lines[1], lines[3], lines[0])
	if y.NAckResends != 1 || y.NAckResendAt != [2]uint32{1, 0} {
		t.Errorf("out of order: %+v", y)
	}
	// Another token is another story.
	lines[1].hex = "15f2 77 cb007173 24499eb9"
	if _, x = seen(t, lines...); x.NAckResends != 0 {
		t.Error("a resend with another token was taken for the answer")
	}
}

func TestRetransmission(t *testing.T) {
	_, x := seen(t,
		line{0, false, "1697 02 aed10087 792e012b 0102030405 +15"},
		line{2047, false, "1697 02 aaf0a3e4 792e012b 1112131415 +15"},
		line{6091, false, "1697 02 beea1405 792e012b 2122232425 +15"})
	if x.Retransmitted != 2 || x.RetransmitAt != [3]uint32{0, 1, 2} || x.RetransmitMs != [2]int32{2047, 4044} || x.SameID != 0 {
		t.Errorf("%d at %v, gaps %v, same id %d", x.Retransmitted, x.RetransmitAt, x.RetransmitMs, x.SameID)
	}
	for name, second := range map[string]string{
		"another CRC":     "1697 02 aaf0a3e4 792e012c 1112131415 +15",
		"the same IV":     "1697 02 aed10087 792e012b 1112131415 +15",
		"the same cipher": "1697 02 aaf0a3e4 792e012b 0102030405 +15",
		"a counter":       "1697 02 aed10088 792e012b 1112131415 +15",
	} {
		_, x := seen(t, line{0, false, "1697 02 aed10087 792e012b 0102030405 +15"}, line{2000, false, second})
		if x.Retransmitted != 0 {
			t.Errorf("%s was taken for a retransmission", name)
		}
	}
}

func TestDuplicatesCountOnce(t *testing.T) {
	_, x := seen(t,
		line{0, false, "1697 02 aed10087 792e012b 0102030405060708"},
		line{0, false, "1697 02 aed10087 792e012b 0102030405060708"},
		line{0, false, "1697 02 aed10087 792e012b 0102030405060708"})
	if x.Duplicates != 2 || x.Payloads[0] != 1 || x.Kinds[Command] != 1 || x.Repeats != 0 {
		t.Errorf("%+v", x)
	}
}

func TestIDSteps(t *testing.T) {
	_, x := seen(t,
		line{0, false, "15e8 02 +15"}, line{1, false, "15ea 02 +15"}, line{2, true, "0001 02 +15"},
		line{3, false, "15ec 02 +15"}, line{4, false, "15f2 02 +15"}, line{5, true, "0002 02 +15"})
	if x.StepTwo != [2]uint32{2, 0} || x.StepOther != [2]uint32{1, 1} {
		t.Errorf("steps of two %v, others %v", x.StepTwo, x.StepOther)
	}
}

func TestFragments(t *testing.T) {
	_, x := seen(t,
		line{0, false, "1674 02 +36"},
		line{100, true, "e91e 1f 1674 00 02 +30"},
		line{110, true, "e91e 3f 1674 01 02 +30"},
		line{120, true, "e91e 0f 1674 82 02 +30"},
		line{130, true, "e91f 0f 1675 00 02 +30"})
	if x.FragmentsInOrder != 2 || x.FragmentsLast != 1 || x.FragmentAnswers != 3 || x.FragmentAt != [4]uint32{1, 2, 3, 4} {
		t.Errorf("%d in order, %d last, %d answers, at %v", x.FragmentsInOrder, x.FragmentsLast, x.FragmentAnswers, x.FragmentAt)
	}
}

// A Body is counted once the head has stayed the same for a while, and only where it does.
func TestBody(t *testing.T) {
	var lines []line
	for i := range 40 {
		hex := "1a2b3c4d 1%x 2%x +20"
		lines = append(lines, line{int64(i * 20), i&1 == 1, fmt.Sprintf(hex, i&15, 5)})
	}
	f, x := seen(t, lines...)
	b := x.Stats.Body
	// Counted are those from the ninth datagram of the flow on whose head is that of the one
	// before, beyond the first four of that kind.
	if b == nil || b.N != 32 || x.SameHead != 38 || x.Head(0) != 0x1a2b3c4d || f.Features() != x {
		t.Fatalf("%+v, %d heads of %08x", b, x.SameHead, x.Head(0))
	}
	if b.Nibbles[0][1] != 32 || b.Nibbles[2][2] != 32 || b.Nibbles[3][5] != 32 || b.Nibbles[1][7] != 2 {
		t.Errorf("%v", b.Nibbles[:4])
	}
	if chi := b.Chi(0); chi != 32*15 {
		t.Errorf("a constant nibble has chi-square %v", chi)
	}
	if chi := b.Chi(1); chi != 0 {
		t.Errorf("a counter has chi-square %v", chi)
	}
	for name, head := range map[string]string{"changing": "1a2b%02x4d +20", "short": "1a2b3c4d %02x"} {
		lines = nil
		for i := range 40 {
			lines = append(lines, line{int64(i * 20), false, fmt.Sprintf(head, i)})
		}
		if _, x := seen(t, lines...); x.Stats.Body != nil && x.Stats.Body.N > 0 {
			t.Errorf("a flow of %s heads has a Body of %d", name, x.Stats.Body.N)
		}
	}
}

func TestWhatStaysTheSame(t *testing.T) {
	_, rtp := seen(t,
		line{0, false, "8000 5d33 00000000 deadbeef +20"},
		line{20, false, "8000 5d34 000000a0 deadbeef +20"},
		line{40, false, "8000 5d36 000001e0 deadbeef +20"},
		line{60, false, "8000 5d37 00000280 cafebabe +20"})
	if rtp.Sequence != 2 || rtp.SameID != 3 || rtp.Strangers() != 2 {
		t.Errorf("RTP: %d in sequence, %d same id", rtp.Sequence, rtp.SameID)
	}
	_, e2o := seen(t,
		line{0, false, "1a2b3c4d 01 +20"}, line{20, false, "1a2b3c4d 08 +20"}, line{20, true, "5a6b7c8d 08 +20"}, line{40, false, "1a2b3c4d 08 +20"})
	if e2o.SameHead != 2 || e2o.SameHead5 != 1 {
		t.Errorf("E2O: %d same, %d with another fifth byte", e2o.SameHead, e2o.SameHead5)
	}
	_, con := seen(t, line{0, false, "0001 02 01020304 +12"}, line{1, false, "0002 02 01020305 +12"})
	if con.Compared != 8 || con.Repeats < 3 {
		t.Errorf("%d of %d bytes repeat", con.Repeats, con.Compared)
	}
	_, length := seen(t, line{0, false, "0100 0014 +16"}, line{0, false, "0100 0018 +20"})
	if length.LengthAt2 != 1 {
		t.Errorf("the length field was not seen")
	}
}

func TestStatsBeginWithTheNinth(t *testing.T) {
	var lines []line
	for i := range 40 {
		lines = append(lines, line{int64(20 * i), i&1 == 1, []string{"0a1b 0d +90", "0a1d 7d +90"}[i&1]})
	}
	if _, x := seen(t, lines[:8]...); x.Stats != nil {
		t.Error("Stats after eight datagrams")
	}
	_, x := seen(t, lines...)
	s := x.Stats
	if s == nil {
		t.Fatal("no Stats")
	}
	if s.RandomBits != [8]uint32{0: 20, 7: 20} {
		t.Errorf("random bits %v, the opening included", s.RandomBits)
	}
	if s.Sizes[SizeBucket(93)] != 32 || s.Gaps[GapBucket(40e6)] != 30 {
		t.Errorf("sizes %v gaps %v", s.Sizes, s.Gaps)
	}
}

func TestBuckets(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {15, 0}, {16, 1}, {511, 31}, {512, 32}, {639, 32}, {640, 33}, {1535, 39}, {1536, 40}, {65535, 40}} {
		if got := SizeBucket(c[0]); got != c[1] {
			t.Errorf("size %d: bucket %d, want %d", c[0], got, c[1])
		}
	}
	for _, c := range []struct {
		ns   int64
		want int
	}{{-5, 0}, {999, 0}, {1000, 1}, {2000, 2}, {20e6, 15}, {1 << 62, 31}} {
		if got := GapBucket(c.ns); got != c.want {
			t.Errorf("gap %d: bucket %d, want %d", c.ns, got, c.want)
		}
	}
}

func TestEqualBytes(t *testing.T) {
	for _, c := range []struct{ a, b, want uint32 }{
		{0, 0, 4}, {0x01020304, 0x01020304, 4}, {0x01020304, 0x01020305, 3}, {0x01000000, 0x00000000, 3},
		{0xff00ff00, 0x00ff00ff, 0}, {0x80008000, 0x00000000, 2}, {0x00010001, 0x00000000, 2},
	} {
		if got := equalBytes(c.a, c.b); got != c.want {
			t.Errorf("%08x %08x: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestTCPHasLeadsOnly(t *testing.T) {
	tab := NewTable()
	s := ends(TCP, me, peer)
	for i := range uint32(20) {
		b := bytesOf("1603010000 +30")
		s.PayWire = len(b)
		tab.Add(i, int64(i), false, 100, s, b)
	}
	f := tab.At(0)
	if f.Features() != nil || f.Learn(new(Features)).Payloads != [2]uint32{} {
		t.Error("a TCP flow has Features")
	}
	if f.LeadLen[0] != 35 || f.Lead[0][0] != 0x16 {
		t.Errorf("lead %x", f.Lead[0])
	}
	t.Logf("Flow %d, Features %d, Stats %d bytes", unsafe.Sizeof(Flow{}), unsafe.Sizeof(Features{}), unsafe.Sizeof(Stats{}))
}
