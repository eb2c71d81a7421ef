package synth

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	session "github.com/pion/sdp/v3"

	"somscope/decoder/codec/ilbc"
)

var clearCalls = []string{"ilbc", "gcall", "opus"}

// spoken is a packet of a stream as another library reads it.
type spoken struct {
	datagram
	rtp.Packet
}

// streams reads all RTP of a story, by the SSRCs that the story knows of.
func streams(t *testing.T, w *world) map[*Voice][]spoken {
	t.Helper()
	all := map[*Voice][]spoken{}
	for _, d := range datagrams(w) {
		for _, v := range w.voices {
			if d.src != v.From || d.dst != v.To {
				continue
			}
			var p rtp.Packet
			if err := p.Unmarshal(d.body); err != nil {
				t.Fatalf("packet %d: %v", d.n, err)
			}
			if p.SSRC != v.SSRC {
				t.Errorf("packet %d: source %08x, want %08x", d.n, p.SSRC, v.SSRC)
			}
			all[v] = append(all[v], spoken{d, p})
		}
	}
	return all
}

// TestVoicesAreWhatTheStoriesKnow counts sequence numbers, and compares
// timestamps with the times at which packets passed.
func TestVoicesAreWhatTheStoriesKnow(t *testing.T) {
	for _, name := range clearCalls {
		w := told(t, name)
		if len(w.voices) != 2 {
			t.Fatalf("%s: %d voices", name, len(w.voices))
		}
		for v, list := range streams(t, w) {
			seen := map[uint16]int{}
			var top uint16
			var lateOnes, again, events int
			var offset time.Duration // of the stream's clock against the capture's, at the first packet
			for i, p := range list {
				ahead := p.SequenceNumber - v.FirstSeq
				switch {
				case seen[p.SequenceNumber] > 0:
					again++
				case i > 0 && ahead < top:
					lateOnes++
				}
				top = max(top, ahead)
				seen[p.SequenceNumber]++
				if p.PayloadType == eventType {
					events++
					continue
				}
				if p.PayloadType != v.Type {
					t.Errorf("%s: packet %d: payload type %d", name, p.n, p.PayloadType)
				}
				said := time.Duration(int64(p.Timestamp-v.FirstTS) * int64(time.Second) / int64(v.Clock))
				if i == 0 {
					offset = p.at - said
				}
				if d := p.at - said - offset; seen[p.SequenceNumber] == 1 && (d < -6*time.Millisecond || d > 50*time.Millisecond || d > 8*time.Millisecond && ahead == top) {
					t.Errorf("%s: packet %d passes %v from when its timestamp says", name, p.n, d)
				}
			}
			missing := v.Sent - len(seen)
			if int(top)+1 != v.Sent || len(list) != v.Packets || missing != v.Lost || lateOnes != v.Late || again != v.Again || events != v.Events {
				t.Errorf("%s: %d packets with %d numbers up to %d, %d missing, %d late, %d twice, %d events; the story says %+v",
					name, len(list), len(seen), top, missing, lateOnes, again, events, *v)
			}
			if list[0].SequenceNumber != v.FirstSeq || list[0].Timestamp != v.FirstTS {
				t.Errorf("%s: the first packet is %d at %d", name, list[0].SequenceNumber, list[0].Timestamp)
			}
		}
	}
	w := told(t, "ilbc")
	if me, you := w.voices[0], w.voices[1]; me.Lost != 0 || you.Lost < 2 || you.Late != 1 || you.Again != 1 || me.Events != 18 {
		t.Errorf("%+v, %+v", me, you)
	}
}

// TestReportsAreTrue: what sender and receiver reports claim is what passed the
// card until then.
func TestReportsAreTrue(t *testing.T) {
	for _, name := range clearCalls {
		w := told(t, name)
		in := streams(t, w)
		sdes, byes, reports := 0, 0, 0
		for _, d := range datagrams(w) {
			for i, v := range w.voices {
				if d.src != netip.AddrPortFrom(v.From.Addr(), v.From.Port()+1) {
					continue
				}
				all, err := rtcp.Unmarshal(d.body)
				if err != nil {
					t.Fatalf("%s: packet %d: %v", name, d.n, err)
				}
				other := w.voices[1-i]
				for _, p := range all {
					switch p := p.(type) {
					case *rtcp.SenderReport:
						var packets, octets uint32
						var last spoken
						for _, s := range in[v] {
							if s.n < d.n {
								packets, octets, last = packets+1, octets+uint32(len(s.Payload)), s
							}
						}
						if p.SSRC != v.SSRC || p.PacketCount != packets || p.OctetCount != octets {
							t.Errorf("%s: packet %d: %d packets and %d octets, want %d and %d", name, d.n, p.PacketCount, p.OctetCount, packets, octets)
						}
						// The same clock as that of the packets, some jitter apart.
						ticks := time.Duration(int64(int32(p.RTPTime-last.Timestamp)) * int64(time.Second) / int64(v.Clock))
						if off := ticks - (d.at - last.at); last.PayloadType == v.Type && (off < -time.Millisecond || off > 10*time.Millisecond) {
							t.Errorf("%s: packet %d: the report's clock is %v off", name, d.n, off)
						}
						if sec := int64(p.NTPTime>>32) - 2208988800; sec != w.start.Add(d.at).Unix() {
							t.Errorf("%s: packet %d: second %d", name, d.n, sec)
						}
						for _, r := range p.Reports {
							reports++
							var got, again uint32
							var top, first uint16
							seen := map[uint16]bool{}
							for j, s := range in[other] {
								if s.n < d.n {
									got++
									if seen[s.SequenceNumber] {
										again++
									}
									seen[s.SequenceNumber] = true
									top = max(top, s.SequenceNumber)
									if j == 0 {
										first = s.SequenceNumber
									}
								}
							}
							lost := uint32(top-first) + 1 - got
							if r.SSRC != other.SSRC || r.LastSequenceNumber != uint32(top) && i == 0 || i == 0 && r.TotalLost != lost {
								t.Errorf("%s: packet %d: %+v, want top %d, lost %d", name, d.n, r, top, lost)
							}
							if r.LastSequenceNumber > uint32(top) || uint32(top)-r.LastSequenceNumber > 3 || r.TotalLost < lost || r.TotalLost > lost+12 {
								t.Errorf("%s: packet %d: %+v, %d lost before the card", name, d.n, r, lost)
							}
							if j := time.Duration(int64(r.Jitter) * int64(time.Second) / int64(v.Clock)); j > 30*time.Millisecond {
								t.Errorf("%s: packet %d: jitter %v", name, d.n, j)
							}
						}
					case *rtcp.SourceDescription:
						sdes++
						if len(p.Chunks) != 1 || p.Chunks[0].Source != v.SSRC || !strings.Contains(p.Chunks[0].Items[0].Text, "@example.") {
							t.Errorf("%s: packet %d: %+v", name, d.n, p)
						}
					case *rtcp.Goodbye:
						byes++
					default:
						t.Errorf("%s: packet %d: %T", name, d.n, p)
					}
				}
			}
		}
		want := 6
		if name == "gcall" {
			want = 4
		}
		if sdes != want || reports < want-1 || name != "gcall" && byes == 0 {
			t.Errorf("%s: %d reports, %d descriptions, %d goodbyes", name, reports, sdes, byes)
		}
	}
}

// TestSignallingDescribesTheVoices: SIP in its order, and SDP that says where the
// voices then are.
func TestSignallingDescribesTheVoices(t *testing.T) {
	for name, codec := range map[string]string{"ilbc": "iLBC/8000", "opus": "opus/48000/2"} {
		w := told(t, name)
		var order []string
		var bodies []*session.SessionDescription
		for _, d := range datagrams(w) {
			if d.src.Port() != sipPort {
				continue
			}
			head, body, ok := strings.Cut(string(d.body), "\r\n\r\n")
			if !ok || !strings.Contains(head, fmt.Sprintf("\r\nContent-Length: %d", len(body))) {
				t.Errorf("%s: packet %d: wrong length of the body", name, d.n)
			}
			for _, must := range []string{"Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: "} {
				if strings.Count(head, "\r\n"+must) != 1 {
					t.Errorf("%s: packet %d: %q", name, d.n, must)
				}
			}
			first, _, _ := strings.Cut(head, "\r\n")
			order = append(order, strings.Fields(first)[0]+" "+strings.Fields(first)[1])
			if body != "" {
				s := &session.SessionDescription{}
				if err := s.Unmarshal([]byte(body)); err != nil {
					t.Fatalf("%s: packet %d: %v", name, d.n, err)
				}
				bodies = append(bodies, s)
			}
		}
		want := []string{"INVITE " + callee, "SIP/2.0 100", "SIP/2.0 180", "SIP/2.0 200", "ACK " + callee, "BYE " + callee, "SIP/2.0 200"}
		if !slices.Equal(order, want) || len(bodies) != 2 {
			t.Fatalf("%s: %q, %d descriptions", name, order, len(bodies))
		}
		for i, s := range bodies {
			v := w.voices[i]
			m := s.MediaDescriptions[0]
			a, ok := m.Attribute("rtpmap")
			for _, x := range m.Attributes {
				if x.Key == "rtpmap" && strings.HasPrefix(x.Value, fmt.Sprint(v.Type, " ")) {
					a, ok = x.Value, true
				}
			}
			if !ok || a != fmt.Sprint(v.Type, " ", codec) || m.MediaName.Port.Value != int(v.From.Port()) || s.ConnectionInformation.Address.Address != v.From.Addr().String() {
				t.Errorf("%s: %+v at %s, the voice is %+v", name, m.MediaName, s.ConnectionInformation.Address.Address, *v)
			}
		}
	}
}

// TestKeysArePressed: three of them, by RFC 4733.
func TestKeysArePressed(t *testing.T) {
	w := told(t, "ilbc")
	type key struct {
		code, ends, marks int
		durations         []uint16
	}
	keys := map[uint32]*key{}
	var order []uint32
	for _, p := range streams(t, w)[w.voices[0]] {
		if p.PayloadType != eventType {
			continue
		}
		k := keys[p.Timestamp]
		if k == nil {
			k = &key{code: int(p.Payload[0])}
			keys[p.Timestamp] = k
			order = append(order, p.Timestamp)
		}
		if len(p.Payload) != 4 || int(p.Payload[0]) != k.code {
			t.Errorf("packet %d: %x", p.n, p.Payload)
		}
		if p.Marker {
			k.marks++
		}
		k.ends += int(p.Payload[1] >> 7)
		k.durations = append(k.durations, binary.BigEndian.Uint16(p.Payload[2:]))
	}
	var codes []int
	for _, stamp := range order {
		k := keys[stamp]
		codes = append(codes, k.code)
		if k.marks != 1 || k.ends != 3 || !slices.Equal(k.durations, []uint16{240, 480, 720, 960, 960, 960}) {
			t.Errorf("%+v", *k)
		}
	}
	if !slices.Equal(codes, []int{4, 2, 11}) {
		t.Errorf("keys %v", codes)
	}
}

// bit reads n bits from bit at on.
func bit(b []byte, at, n int) (v int) {
	for i := at; i < at+n; i++ {
		v = v<<1 | int(b[i/8]>>(7-i%8)&1)
	}
	return v
}

// TestG729SaysThePitch: parity is odd in every frame, and while a vowel sounds the
// delays are those of the pitch that the score asks for.
func TestG729SaysThePitch(t *testing.T) {
	w := told(t, "gcall")
	for v, list := range streams(t, w) {
		compared, descriptors, spurts := 0, 0, 0
		silent := true
		for _, p := range list {
			n := len(p.Payload)
			if n%10 != 0 && n%10 != 2 || n > 20 {
				t.Fatalf("packet %d: %d bytes", p.n, n)
			}
			voiced := n >= 10
			if p.Marker != (voiced && silent) {
				t.Errorf("packet %d: marker %v, after a pause %v", p.n, p.Marker, silent)
			}
			if p.Marker {
				spurts++
			}
			silent = n%10 == 2
			for i := 0; i+10 <= n; i += 10 {
				f := p.Payload[i:]
				p1, p0, p2 := bit(f, 18, 8), bit(f, 26, 1), bit(f, 51, 5)
				if bits.OnesCount(uint(p1>>2))%2 == p0 {
					t.Errorf("packet %d: delay %d with parity %d", p.n, p1, p0)
				}
				ms := int(p.Timestamp-v.FirstTS)/8 + i
				for _, s := range v.score {
					if ms -= s.ms; ms >= 0 {
						continue
					}
					if s.from == s.to && s.from > 0 {
						compared++
						thirds := p1 + 58
						low := max((thirds+1)/3-5, 20)
						for _, d := range []int{thirds, 3*low + p2 - 2} {
							if hz := 24000 / float64(d); math.Abs(hz-float64(s.from)) > 4 {
								t.Errorf("packet %d: a delay of %d thirds is %.1f Hz, want %d", p.n, d, hz, s.from)
							}
						}
					}
					break
				}
			}
			if n%10 == 2 {
				descriptors++
				if b := p.Payload[n-2:]; b[1]&1 != 0 {
					t.Errorf("packet %d: descriptor %x", p.n, b)
				}
			}
		}
		if compared < 8 || descriptors < 8 || spurts < 3 {
			t.Errorf("%v: %d frames compared, %d descriptors, %d beginnings", v.From, compared, descriptors, spurts)
		}
	}
}

// TestOpusHasExtensionsAndPadding, and no packets in a pause but one every 400 ms.
func TestOpusHasExtensionsAndPadding(t *testing.T) {
	w := told(t, "opus")
	in := streams(t, w)
	padded := 0
	for v, list := range in {
		levels, gaps := 0, 0
		for i, p := range list {
			if len(p.Payload) == 0 || p.Payload[0] != silkTOC {
				t.Fatalf("packet %d begins % x", p.n, p.Payload)
			}
			if b := p.GetExtension(1); b != nil {
				levels++
				if len(b) != 1 || b[0]&0x7f < 20 || b[0]&0x7f > 62 {
					t.Errorf("packet %d: level %x", p.n, b)
				}
			}
			if p.Padding {
				padded++
				if p.PaddingSize != 4 {
					t.Errorf("packet %d: %d bytes of padding", p.n, p.PaddingSize)
				}
			}
			if i > 0 && list[i-1].SequenceNumber+1 == p.SequenceNumber {
				step := int(p.Timestamp - list[i-1].Timestamp)
				if step == 20*960 {
					gaps++
				} else if step != 960 && !p.Marker && step > 17*960 {
					t.Errorf("packet %d: a step of %d", p.n, step)
				}
			}
		}
		if levels < 20 || gaps < 4 {
			t.Errorf("%v: %d levels, %d steps of 400 ms", v.From, levels, gaps)
		}
	}
	if padded != 1 {
		t.Errorf("%d packets are padded", padded)
	}
}

// TestOpusSingsTheScore plays the packets and listens for the pitch of each vowel.
func TestOpusSingsTheScore(t *testing.T) {
	w := told(t, "opus")
	v := w.voices[0]
	list := streams(t, w)[v]
	var packets [][]byte
	for _, p := range list {
		packets = append(packets, p.Payload)
	}
	pcm := heard(t, packets)
	where := map[int]int{} // ms of the call -> sample
	for i, p := range list {
		where[int(p.Timestamp-v.FirstTS)/48] = i * 960
	}
	ms, vowels := 0, 0
	for _, s := range v.score {
		if at, ok := where[ms+80]; ok && s.from > 0 && s.ms >= 200 && s.to-s.from < s.from/20 && s.from-s.to < s.from/20 {
			vowels++
			sung := pcm[at : at+5760]
			hz, alike := pitchOf(sung)
			if mid := float64(s.from+s.to) / 2; math.Abs(hz/mid-1) > 0.06 || alike < 0.7 {
				t.Errorf("%c at %d ms: %.0f Hz (%.2f), want %.0f", s.kind, ms, hz, alike, mid)
			}
			if db := dB(sung); db < -27 || db > -13 {
				t.Errorf("%c at %d ms: %.1f dB", s.kind, ms, db)
			}
		}
		ms += s.ms
	}
	if vowels < 5 {
		t.Errorf("%d vowels were listened to", vowels)
	}
}

// TestILBCSoundsLikeItsSource decodes both sides and compares them with what was
// spoken: the level of every block of 60 ms, and the shape of the wave.
func TestILBCSoundsLikeItsSource(t *testing.T) {
	w := told(t, "ilbc")
	for v, list := range streams(t, w) {
		frames := map[int][]byte{}
		for _, p := range list {
			if p.PayloadType == v.Type {
				if len(p.Payload) != 50 {
					t.Fatalf("packet %d: %d bytes", p.n, len(p.Payload))
				}
				frames[int(p.Timestamp-v.FirstTS)/240] = p.Payload
			}
		}
		d := ilbc.NewDecoder(ilbc.Mode30)
		var got []int16
		lostBlock := map[int]bool{}
		for i := range len(v.Sound) / 240 {
			if f := frames[i]; f != nil {
				got = d.Decode(got, f)
				continue
			}
			got = d.Conceal(got)
			for k := range 4 { // what follows suffers, too
				lostBlock[i+k] = true
			}
		}
		from := 800 // where it sings
		if v == w.voices[1] {
			from = 30000
		}
		delay, alike := 0, -1.0
		for lag := range 200 {
			if c := correlation(v.Sound[from:from+8000], got[from+lag:from+8000+lag]); c > alike {
				delay, alike = lag, c
			}
		}
		if alike < 0.6 { // the codec keeps the sound, not the wave
			t.Errorf("%v: the wave is like its source to %.3f, %d samples later", v.From, alike, delay)
		}
		// The spectrum of the vowels, an octave at a time.
		for _, hz := range []float64{250, 500, 1000, 2000} {
			var a, b float64
			for at := from; at < from+8000; at += 400 {
				for f := hz / 1.4; f < hz*1.4; f += 25 {
					a += math.Pow(10, power(v.Sound[at:at+400], f, 8000)/10)
					b += math.Pow(10, power(got[at+delay:at+delay+400], f, 8000)/10)
				}
			}
			if off := 10 * math.Log10(b/a); math.Abs(off) > 3 {
				t.Errorf("%v: the octave around %.0f Hz is %.1f dB off", v.From, hz, off)
			}
		}
		compared := 0
		for i := 0; i+480+delay <= len(got); i += 480 {
			if lostBlock[i/240] || lostBlock[i/240+1] {
				continue
			}
			a, b := rms(v.Sound[i:i+480]), rms(got[i+delay:i+480+delay])
			if a < 300 {
				if b > 500 && i > 480 {
					t.Errorf("%v: %d ms is not quiet: %.0f, want %.0f", v.From, i/8, b, a)
				}
				continue
			}
			compared++
			if off := 20 * math.Log10(b/a); off < -7 || off > 4 {
				t.Errorf("%v: %d ms is %.1f dB off", v.From, i/8, off)
			}
		}
		if compared < 50 {
			t.Errorf("%v: %d blocks compared", v.From, compared)
		}
	}
}

// correlation says how alike two waves are, 1 being the same.
func correlation(a, b []int16) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb+1)
}

// TestChangingCallIsWhatItsSpellsSay measures sizes, gaps and loss in each.
func TestChangingCallIsWhatItsSpellsSay(t *testing.T) {
	w := told(t, "codecs")
	if len(w.spells) != 4 {
		t.Fatalf("%d spells", len(w.spells))
	}
	all := datagrams(w)
	for _, s := range w.spells {
		var n, sum [2]int
		var squares float64
		var last time.Duration
		var gaps []time.Duration
		for _, d := range all {
			at := w.start.Add(d.at)
			if d.src.Port() != skypePort && d.dst.Port() != skypePort || d.body[2]&0x0f != fnData || at.Before(s.From) || !at.Before(s.To) {
				continue
			}
			side := 0
			if d.dst.Port() == skypePort {
				side = 1
			}
			if (len(d.body) == 3) != s.Hold {
				continue // a last frame that came late
			}
			n[side]++
			sum[side] += len(d.body)
			squares += (float64(len(d.body)) - s.Size) * (float64(len(d.body)) - s.Size)
			if side == 0 {
				if last > 0 {
					gaps = append(gaps, d.at-last)
				}
				last = d.at
			}
		}
		for side := range n {
			want := s.Sent[side] - s.Lost[side]
			if n[side] < want-1 || n[side] > want {
				t.Errorf("%s: %d messages of side %d, want %d", s.Codec, n[side], side, want)
			}
			if mean := float64(sum[side]) / float64(n[side]); math.Abs(mean-s.Size) > 2.5 {
				t.Errorf("%s: %.1f bytes a message, want %.1f", s.Codec, mean, s.Size)
			}
		}
		deviation := math.Sqrt(squares / float64(n[0]+n[1]))
		if variable := s.Codec == "iSAC"; variable && (deviation < 4 || deviation > 9) || !variable && deviation > 1 {
			t.Errorf("%s: sizes spread by %.1f", s.Codec, deviation)
		}
		slices.Sort(gaps)
		want := time.Duration(s.Ms) * time.Millisecond
		if s.Hold {
			want = 333 * time.Millisecond
		}
		if mid := gaps[len(gaps)/2]; mid < want-time.Millisecond || mid > want+time.Millisecond {
			t.Errorf("%s: a gap of %v, want %v", s.Codec, mid, want)
		}
	}
	if narrow := w.spells[1]; narrow.RF != 2 || narrow.Lost[1]*100 < 2*narrow.Sent[1] || narrow.Lost[1]*100 > 5*narrow.Sent[1] || narrow.Lost[0] != 0 {
		t.Errorf("%+v", narrow)
	}
}

// TestStoriesTellWhatTheyKnow: what is exported is what the worlds hold.
func TestStoriesTellWhatTheyKnow(t *testing.T) {
	voices, spells := 0, 0
	for _, s := range Stories() {
		voices += len(s.Voices)
		spells += len(s.Spells)
		if s.Name == "ilbc" && (len(s.Voices) != 2 || len(s.Voices[0].Sound) < 9*8000) {
			t.Errorf("%d voices", len(s.Voices))
		}
	}
	if voices != 6 || spells != 4 {
		t.Errorf("%d voices, %d spells", voices, spells)
	}
}
