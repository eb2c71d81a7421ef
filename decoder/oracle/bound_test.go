package oracle

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"somscope/decoder/crc"
	"somscope/decoder/inet"
)

// end is 192.0.2.0/24 or its continuation, which tests may fill.
func end(n uint32, port uint16) End {
	return End{Addr: inet.Addr{Lo: 0xFFFF_C0000200 + uint64(n)}, Port: port}
}

// A flood is a capture of n messages that somebody made up to be slow.
// What must come out is given as a share of them: nothing is equal or read by chance.
type flood struct {
	name        string
	make        func(rng *rand.Rand, i uint32) Message
	same, known float64
}

func (f *flood) confirmed(n uint32) int { return int(f.known * float64(n)) }
func (f *flood) equal(n uint32) int     { return int(f.same * float64(n)) }

var floods = []flood{
	{"random texts, one client", func(rng *rand.Rand, i uint32) Message {
		m := Message{Flow: rng.Uint32N(100), Func: fnCommand, ID: uint16(rng.Uint32()), IV: rng.Uint32(), CRC: rng.Uint32(), Text: int32(5 + rng.Uint32N(40))}
		m.Src, m.Dst = end(0, 1000), end(1+m.Flow, 2000)
		if rng.Uint32()&1 != 0 {
			m.Src, m.Dst = m.Dst, m.Src
		}
		return m
	}, 0, 0},
	{"random datagrams", func(rng *rand.Rand, i uint32) Message {
		var b [40]byte
		for {
			for k := range b {
				b[k] = byte(rng.Uint32())
			}
			b[6] &= 3 // or no fragment would ever be one
			if m, ok := Parse(b[:], 16+rng.IntN(1300)); ok && m.Func != fnData {
				m.Flow = rng.Uint32N(1000)
				m.Src, m.Dst = end(m.Flow, 1000), end(m.Flow^1, 1000)
				return m
			}
		}
	}, 0, 0},
	{"all equal", func(rng *rand.Rand, i uint32) Message {
		return Message{Src: end(0, 1000), Dst: end(1, 2000), Func: fnCommand, ID: 7, IV: 1, CRC: 2, Text: 30}
	}, 0, 0},
	{"all equal but for the id", func(rng *rand.Rand, i uint32) Message {
		return Message{Src: end(0, 1000), Dst: end(1, 2000), Func: fnCommand, ID: uint16(i), IV: i, CRC: 2, Text: 30}
	}, 1, 0},
	{"copies to everybody", func(rng *rand.Rand, i uint32) Message {
		return Message{Flow: i, Src: end(0, 1000), Dst: end(i+1, 2000), Func: fnCommand, ID: uint16(i), IV: i, CRC: 2, Text: 30}
	}, 1, 0},
	{"pairs of copies", func(rng *rand.Rand, i uint32) Message {
		return Message{Flow: i, Src: end(0, 1000), Dst: end(i+1, 2000), Func: fnCommand, ID: uint16(i), IV: i, CRC: i / 2 * 0x9E3779B1, Text: 30}
	}, 1, 0},
	{"a packet a flow", func(rng *rand.Rand, i uint32) Message {
		return Message{Flow: i, Src: end(i, uint16(rng.Uint32())), Dst: end(i*2, 2000), Func: fnCommand, ID: uint16(i), IV: i, CRC: rng.Uint32(), Text: 7}
	}, 0, 0},
	{"pings and random pongs", func(rng *rand.Rand, i uint32) Message {
		m := Message{Src: end(0, 1000), Dst: end(1, 2000), Func: fnCommand, ID: uint16(i), IV: i, CRC: rng.Uint32(), Text: int32(pongLen)}
		if i&1 == 0 {
			m.Text, m.CRC = 7, crc.Sum(withRid(known[1].text, 3, m.ID-1))
		} else {
			m.Src, m.Dst = m.Dst, m.Src
		}
		return m
	}, 0, 0.5},
	{"questions and random redirects", func(rng *rand.Rand, i uint32) Message {
		m := Message{Flow: i % 90, Src: end(0, 1000), Dst: end(1+i%90, 2000), Func: fnCommand, ID: uint16(i), IV: i, CRC: rng.Uint32(), Text: int32(redirectLen)}
		if i&1 == 0 {
			m.Src, m.Dst = m.Dst, m.Src
		}
		return m
	}, 0, 0},
	{"acks of one message", func(rng *rand.Rand, i uint32) Message {
		if i == 0 {
			return Message{Src: end(0, 1000), Dst: end(1, 2000), Func: fnCommand, ID: 7, CRC: 2, Text: 30}
		}
		return Message{Src: end(1, 2000), Dst: end(0, 1000), Func: fnAck, ID: 7, Told: rng.Uint32(), Token: rng.Uint32()}
	}, 0, 0},
	{"acks to everybody", func(rng *rand.Rand, i uint32) Message {
		return Message{Flow: i, Src: end(1, 2000), Dst: end(i+2, 1000), Func: fnAck, ID: 7, Told: rng.Uint32(), Token: rng.Uint32()}
	}, 0, 0},
	{"fragments of one message", func(rng *rand.Rand, i uint32) Message {
		return Message{Src: end(1, 2000), Dst: end(0, 1000), Func: fnFragment, ID: 7, Reply: 9, Place: byte(i) & 0x8F, CRC: rng.Uint32(), Text: 1340}
	}, 0, 0},
	{"resends", func(rng *rand.Rand, i uint32) Message {
		m := Message{Src: end(0, 1000), Dst: end(1, 2000), Func: fnCommand, ID: uint16(i / 3), CRC: i / 3 * 0x9E3779B1, Text: 7}
		switch i % 3 {
		case 1:
			m = Message{Src: m.Dst, Dst: m.Src, Func: fnNAck, ID: m.ID, Told: 1, Token: i}
		case 2:
			m.Func, m.Token = fnResend, i-1
		}
		return m
	}, 0, 0},
}

// memory is the heap in use, in MB.
func memory() float64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc) / (1 << 20)
}

// TestFloods holds time, memory and the honesty of claims where nothing is worth reading. With
// three of them it takes all the messages there may be; -short makes them small as well.
func TestFloods(t *testing.T) {
	for k, f := range floods {
		n := uint32(MaxMessages)
		if testing.Short() || k > 2 && f.name != "a packet a flow" {
			n /= 20
		}
		t.Run(f.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			before := memory()
			r := New()
			began := time.Now()
			for i := range n {
				m := f.make(rng, i)
				m.Packet, m.Time = i, int64(i)*1e6
				r.Add(m)
			}
			r.Seal()
			added := time.Since(began)
			began = time.Now()
			var worst time.Duration
			steps, most := 0, 0.0
			for done := false; !done; steps++ {
				s := time.Now()
				done = r.Step(10000)
				if d := time.Since(s); d > worst {
					worst = d
				}
				if steps%400 == 399 {
					most = max(most, memory()-before)
				}
			}
			took := time.Since(began)
			used := memory() - before
			c := r.Counts()
			t.Logf("%d messages: added in %v, read in %v, %d steps, the longest %v, %.0f MB at most, %.0f MB after; %+v, odds %v",
				n, added.Round(time.Millisecond), took.Round(time.Millisecond), steps, worst.Round(time.Microsecond), most, used, c, r.odds)
			// Generous, for machines that are busy: it takes a tenth of it.
			if added+took > 60*time.Second {
				t.Errorf("took %v", added+took)
			}
			// A step is a hundredth of a second at most; a machine that does other things meanwhile
			// may take longer now and then.
			if mean := took / time.Duration(steps); mean > 20*time.Millisecond || worst > 2*time.Second {
				t.Errorf("a step takes %v, the longest %v", mean, worst)
			}
			if used > 250 {
				t.Errorf("keeps %.0f MB", used)
			}
			if len(r.Nears()) != 0 || c.Confirmed != f.confirmed(n) || c.Equal != f.equal(n) || c.Inferred != 0 {
				t.Errorf("%+v", c)
			}
			runtime.KeepAlive(r)
		})
	}
}
