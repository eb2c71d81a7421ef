package skype

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/crc"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

// TestAgainstWireshark compares the fields of every datagram that Wireshark was told to decode as
// Skype. Where Wireshark's name for a field is wrong, its column is held against the field that
// stands at the same bytes, and what the bytes really are is tested beside it.
func TestAgainstWireshark(t *testing.T) {
	for name, port := range map[string]uint16{"SkypeIRC-part1.pcap": 35990, "skype_udp.pcap": 35990, "skype-mac-2015a.pcap": 13021} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(captures.Dir(t), "skype", name)
			rows := map[string]map[string]string{}
			for _, r := range captures.Table(t, file, "skype.tsv") {
				rows[r["frame.number"]] = r
			}
			total := len(rows)
			functions := map[byte]int{}
			tokens := map[uint64]bool{}
			public := "" // our address as peers see it, from the first that tells
			captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
				frame := strconv.Itoa(int(n) + 1)
				row, ok := rows[frame]
				if !ok || s.Transport != 17 || s.SrcPort != port && s.DstPort != port {
					if ok {
						t.Errorf("frame %s: no UDP of port %d here", frame, port)
					}
					return
				}
				delete(rows, frame)
				if want, _ := strconv.Atoi(row["udp.length"]); want-8 != len(payload) {
					t.Errorf("frame %s: %d bytes of payload, Wireshark has %d", frame, len(payload), want-8)
				}
				c := &dissect.Context{}
				d := read(UDP, payload, len(payload), c)
				if err := d.Check(); err != nil {
					t.Errorf("frame %s: %v", frame, err)
				}
				if errs := d.Errs(); len(errs) > 0 {
					t.Errorf("frame %s: %v", frame, errs[0])
				}
				fn := payload[2] & 0x0f
				functions[fn]++
				if strings.Contains(Info(payload), "cut") {
					t.Errorf("frame %s: %s", frame, Info(payload))
				}
				same := func(column, spec string) {
					t.Helper()
					n := d.Find(spec)
					switch w := row[column]; {
					case w == "" && n == nil:
					case n == nil:
						t.Errorf("frame %s: Wireshark has %s = %s, we have no %s", frame, column, w, spec)
					case w == "":
						t.Errorf("frame %s: we have %s = %s, Wireshark has no %s", frame, spec, n.Text(), column)
					default:
						v, _ := n.Value.Num()
						if got := number(t, w); got != v {
							t.Errorf("frame %s: %s is %#x, Wireshark's %s is %#x", frame, spec, v, column, got)
						}
					}
				}
				same("skype.som.id", "skype.udp.id")
				same("skype.payload.iv", "skype.udp.iv")
				same("skype.payload.crc", "skype.udp.crc")
				same("skype.ffr.num", "skype.udp.resend.count")
				same("skype.ffr.unk1", "skype.udp.resend.token") // the token of the NAck
				same("skype.ffr.iv", "skype.udp.resend.to")      // an address, no IV
				same("skype.ffr.crc", "skype.udp.resend.crc")
				if got := number(t, row["skype.som.type"]); got != uint64(fn) {
					t.Errorf("frame %s: function %x, Wireshark has %x", frame, fn, got)
				}
				if r, _ := d.Find("skype.udp.random").Value.Num(); fn == 0x02 && r != 0 {
					t.Errorf("frame %s: a Command with random bits %03b", frame, r)
				}
				if b, _ := d.Find("skype.udp.bit7").Value.Num(); b != 0 {
					t.Errorf("frame %s: bit 7 is set", frame)
				}

				you := d.Find("skype.udp.you")
				if (fn == 0x05 || fn == 0x07) != (you != nil) {
					t.Fatalf("frame %s: function %x, reported address %v", frame, fn, you)
				}
				if you != nil {
					told := row["skype.natinfo.srcip"] + row["skype.natrequest.srcip"]
					if you.Text() != told {
						t.Errorf("frame %s: you are %s, Wireshark has %s", frame, you.Text(), told)
					}
					// What we received names our own public address, the same in all; what we sent that of the peer.
					if public == "" && s.SrcPort != port {
						public = you.Text()
					}
					want := public
					if s.SrcPort == port {
						want = s.Dst.Netip().String()
					}
					if you.Text() != want {
						t.Errorf("frame %s: you are %s, want %s", frame, you.Text(), want)
					}
					// Wireshark's destination is none: no two are alike, and none is the packet's.
					token, _ := d.Find("skype.udp.token").Value.Num()
					dst := number(t, row["skype.natinfo.dstip"]+row["skype.natrequest.dstip"])
					if token != dst {
						t.Errorf("frame %s: token %#x, Wireshark's destination %#x", frame, token, dst)
					}
					if to, ok := s.Dst.V4(); tokens[token] || ok && token == uint64(to) || token == number(t, want) {
						t.Errorf("frame %s: the token %#x is somebody's address or came twice", frame, token)
					}
					tokens[token] = true
				}
				if n := d.Find("skype.udp.resend.to"); n != nil && n.Text() != s.Dst.Netip().String() {
					t.Errorf("frame %s: resend to %s, it goes to %s", frame, n.Text(), s.Dst.Netip())
				}
				if n := d.Find("skype.udp.fragment.inner"); n != nil {
					v, _ := n.Value.Num()
					if zero, _ := d.Find("skype.udp.fragment.zero").Value.Num(); v != 0x02 || zero != 0 {
						t.Errorf("frame %s: inner type %x, zero bits %x", frame, v, zero)
					}
				}
			})
			if len(rows) > 0 || total == 0 {
				t.Errorf("%d of Wireshark's %d datagrams were not met", len(rows), total)
			}
			if name == "SkypeIRC-part1.pcap" {
				if want := (map[byte]int{2: 157, 3: 1, 5: 22, 7: 1, 15: 54}); fmt.Sprint(functions) != fmt.Sprint(want) {
					t.Errorf("functions %v, want %v", functions, want)
				}
			}
		})
	}
}

// TestTextsOfCapture reads what can be guessed of the real messages and shows it: requests of 18
// bytes, whose request id is known from the header, and two kinds of answers for which every
// request id is tried.
func TestTextsOfCapture(t *testing.T) {
	const port = 35990
	file := filepath.Join(captures.Dir(t), "skype", "SkypeIRC-part1.pcap")
	var public []byte // our address as the peers see it, its last byte first
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, p []byte) {
		if s.DstPort == port && s.Transport == 17 && len(p) == ackLen && p[2]&0x0f == 5 && public == nil {
			public = []byte{p[6], p[5], p[4], p[3]}
		}
	})
	if public == nil {
		t.Fatal("no Ack tells the public address")
	}
	requests := 0
	texts, kinds := map[string]int{}, map[string]int{}
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, p []byte) {
		if s.Transport != 17 || s.SrcPort != port && s.DstPort != port || len(p) < 3 || p[2]&0x0f != 2 {
			return
		}
		c, sum, ok := cipher(2, p)
		if !ok {
			t.Fatalf("packet %d: no ciphertext", n+1)
		}
		out := s.SrcPort == port
		var forms [][]byte
		switch {
		case out && len(c) == 7:
			requests++
			forms = [][]byte{{0x04, 0xda, 0x01, 0, 0, 0x42, 0x15}, {0x04, 0x9a, 0x02, 0, 0, 0x42, 0x15}}
		case !out && len(c) == 15:
			forms = [][]byte{append(append([]byte{0x0c, 0xa3, 0x02, 0, 0, 0x42, 0xfc, 0xdf, 0x1c}, public...), port&0xff, port>>8)}
		case !out && len(c) == 11:
			forms = [][]byte{{0x07, 0x83, 0xc5, 0x02, 0, 0, 0x41, 0x01, 0x00, 0x2e, 0x00}}
		default:
			return
		}
		for _, plain := range forms {
			at := 3 // of the request id
			if len(c) == 11 {
				at = 4
			}
			id := binary.BigEndian.Uint16(p)
			for try := range 1 << 16 {
				binary.BigEndian.PutUint16(plain[at:], id-1-uint16(try))
				if crc.Sum(plain) == sum {
					f := &Facts{Text: &Text{Plain: plain, Confirmed: true, Name: "test", Tried: uint64(try + 1)}}
					d := readKnown(p, len(p), nil, f)
					listed(t, d)
					if errs := d.Errs(); len(errs) > 0 {
						t.Errorf("packet %d: %v", n+1, errs[0])
					}
					info := InfoWith(p, f)
					word, _, _ := strings.Cut(info, " ")
					kinds[word]++
					texts[d.Find("skype.cmd").Text()]++
					if word == "Pong" && !strings.Contains(info, "you are "+ip4(binary.LittleEndian.Uint32(public)).String()+":35990") {
						t.Errorf("packet %d: %s", n+1, info)
					}
					if word == "Event" && d.Find("skype.object").Text() != "unknown, always 0: 0" {
						t.Errorf("packet %d: %s", n+1, d.Find("skype.object").Text())
					}
					break
				}
				if out {
					break // the request id of a request is the id less one
				}
			}
		}
	})
	if want := (map[string]int{"Probe": 15, "Ping": 17, "Pong": 15, "Event": 1}); fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("read %v (%v), want %v", kinds, texts, want)
	}
	if got := kinds["Probe"] + kinds["Ping"]; got != requests {
		t.Errorf("%d of %d requests of 18 bytes are read", got, requests)
	}
}

// TestLoginList reads the object list that the logins of a capture send in the clear: it fits its
// record to the byte.
func TestLoginList(t *testing.T) {
	file := filepath.Join(captures.Dir(t), "skype", "SkypeIRC-part1.pcap")
	seen := 0
	captures.Each(t, file, func(n uint32, r *capfile.Record, s *inet.Summary, p []byte) {
		if s.Transport != 6 || len(p) < 210 || string(p[:5]) != "\x16\x03\x01\x00\xcd" {
			return
		}
		seen++
		d := dissect.Begin(&specRoot, p[5:210], 205, 1, -1)
		ReadList(d, ListLogin1)
		if !d.OK() || d.Left() != 0 {
			t.Errorf("packet %d: ok %v, %d bytes left", n+1, d.OK(), d.Left())
		}
		tree := d.Done()
		listed(t, tree)
		var names []string
		field.Walk(&tree.Root, func(n *field.Node, _ int) bool {
			if n.Spec == &specObject {
				names = append(names, n.Text())
			}
			return true
		})
		if got := strings.Join(names, ", "); got != "unknown, always 8192: 8192, RSA block: 192 bytes, unknown, always 1: 1" {
			t.Errorf("packet %d: %s", n+1, got)
		}
	})
	if seen != 3 {
		t.Errorf("%d logins, want 3", seen)
	}
}

func number(t *testing.T, s string) uint64 {
	t.Helper()
	if strings.Count(s, ".") == 3 {
		var a, b, c, d uint64
		fmt.Sscanf(s, "%d.%d.%d.%d", &a, &b, &c, &d)
		return a<<24 | b<<16 | c<<8 | d
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
