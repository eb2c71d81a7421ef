package flow

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/index"
	"somscope/decoder/inet"
	"somscope/decoder/internal/captures"
)

func load(tb testing.TB, file string) *Table {
	tb.Helper()
	t := NewTable()
	captures.Each(tb, file, func(n uint32, r *capfile.Record, s *inet.Summary, payload []byte) {
		id, _ := t.Add(n, r.Time, r.NoTime, r.OrigLen, s, payload)
		if (id == index.NoFlow) != (s.Flags&inet.HasIP == 0) {
			tb.Errorf("%s: packet %d got flow %d", file, n, id)
		}
	})
	return t
}

// TestAgainstTshark compares packets, bytes and times of every conversation with tshark's list.
func TestAgainstTshark(t *testing.T) {
	for _, pattern := range []string{"skype/*", "synthetic/*", "negative/*", "rtp/*", "derived/*"} {
		for _, file := range captures.Glob(t, pattern) {
			if strings.HasSuffix(file, ".lz4") {
				continue // named and refused
			}
			name := filepath.Base(file)
			t.Run(name, func(t *testing.T) {
				tab := load(t, file)
				ours, errors := map[string]string{}, map[[2]netip.Addr]uint64{}
				fragments, conversations := false, 0
				for i := range uint32(tab.Len()) {
					f := tab.At(i)
					if f.Transport == 1 {
						errors[[2]netip.Addr{f.A.Netip(), f.B.Netip()}] = f.Packets[0] + f.Packets[1]
						errors[[2]netip.Addr{f.B.Netip(), f.A.Netip()}] = f.Packets[0] + f.Packets[1]
					}
					if f.Transport != UDP && f.Transport != TCP {
						continue
					}
					if f.PortA == 0 && f.PortB == 0 {
						fragments = true
						continue
					}
					a, b := f.Ends()
					s, e := stamp(f.Start), stamp(f.End)
					if !f.Timed() {
						s, e = "", ""
					}
					conversations++
					ours[conv(f.Transport, a, b)] = fmt.Sprint(f.Packets[0], f.Bytes[0], f.Packets[1], f.Bytes[1], " ", s, e)
					if a == b {
						continue // to itself
					}
					ours[conv(f.Transport, b, a)] = fmt.Sprint(f.Packets[1], f.Bytes[1], f.Packets[0], f.Bytes[0], " ", s, e)
				}
				n := 0
				for _, list := range []struct {
					file      string
					transport uint8
				}{{"udp.tsv", UDP}, {"tcp.tsv", TCP}} {
					for _, row := range captures.Table(t, file, list.file) {
						a, b := end(t, row["addr_a"], row["port_a"]), end(t, row["addr_b"], row["port_b"])
						key := conv(list.transport, a, b)
						want := fmt.Sprint(num(row["packets_ab"]), num(row["bytes_ab"]), num(row["packets_ba"]), num(row["bytes_ba"]), " ", row["first"], row["last"])
						got, ok := ours[key]
						if !ok && errors[[2]netip.Addr{a.Addr(), b.Addr()}] >= num(row["packets_ab"])+num(row["packets_ba"]) {
							continue // tshark counts the datagram that an ICMP error quotes
						}
						if got != want {
							t.Errorf("%s: %q, tshark has %q", key, got, want)
						}
						n++
					}
				}
				if n != conversations && !fragments {
					t.Errorf("%d conversations, tshark has %d", conversations, n)
				}
			})
		}
	}
}

func conv(transport uint8, a, b netip.AddrPort) string { return fmt.Sprint(transport, a, ">", b) }

func end(t *testing.T, addr, port string) netip.AddrPort {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		t.Fatal(err)
	}
	return netip.AddrPortFrom(a, uint16(num(port)))
}

func num(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}

func stamp(ns int64) string { return fmt.Sprintf("%d.%09d", ns/1e9, ns%1e9) }
