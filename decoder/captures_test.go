package decoder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"somscope/decoder/field"
	"somscope/decoder/inet"
)

// The captures named by SOMSCOPE_CAPTURES, with what tshark says of them
// beside them in expected/. Package capfile compares each packet's time and
// lengths, package inet its addresses; here it is what the façade makes of it.

func capturesDir(t testing.TB) string {
	dir := os.Getenv("SOMSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("SOMSCOPE_CAPTURES is not set: the tests on real captures are left out")
	}
	return dir
}

// eachCapture runs f on every capture of the folders.
func eachCapture(t *testing.T, f func(t *testing.T, name string, file []byte), folders ...string) {
	dir := capturesDir(t)
	n := 0
	for _, folder := range folders {
		paths, _ := filepath.Glob(filepath.Join(dir, folder, "*"))
		for _, path := range paths {
			if strings.HasSuffix(path, ".json") {
				continue
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			n++
			name := filepath.Join(folder, filepath.Base(path))
			t.Run(name, func(t *testing.T) { f(t, name, file) })
		}
	}
	if n == 0 {
		t.Fatalf("no capture in %s", dir)
	}
}

var allFolders = []string{"container", "derived", "links", "malformed", "negative", "rtp", "skype", "synthetic"}

// refused are the files that are no capture of ours, and why.
var refused = map[string]error{
	"container/lpi_test.erf.gz":                       field.ErrUnsupported,
	"derived/SkypeIRC-part1.pcap.lz4":                 field.ErrUnsupported,
	"malformed/empty-0-bytes.pcap":                    field.ErrFormat,
	"malformed/not-a-capture.pcap":                    field.ErrFormat,
	"malformed/linktype-reserved-field-not-zero.pcap": field.ErrUnsupported,
	"malformed/pcapng-invalid-vers-1.pcapng":          field.ErrUnsupported,
}

func TestCaptures(t *testing.T) {
	known := map[*field.Spec]bool{}
	for _, s := range Catalogue() {
		known[s] = true
	}
	check := func(t *testing.T, what string, d *field.Dissection, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		field.Walk(&d.Root, func(n *field.Node, _ int) bool {
			if !known[n.Spec] {
				known[n.Spec] = true // said once
				t.Errorf("%s: %s is not in the catalogue", what, n.Spec.Name)
			}
			return true
		})
	}
	eachCapture(t, func(t *testing.T, name string, file []byte) {
		c, err := Open(bytes.NewReader(file), name)
		if why, ok := refused[name]; ok {
			if err == nil {
				t.Fatal("it was opened")
			}
			t.Logf("refused (as expected %v): %v", why, err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := readAll(t, c); err != nil {
			t.Log(err)
		}
		comparePackets(t, name, c)
		step := max(1, c.Len()/300)
		for i := 0; i < c.Len(); i += step {
			d, err := c.Dissect(uint32(i))
			check(t, fmt.Sprintf("packet %d", i+1), d, err)
			// The packet's bytes are where the tree says they are.
			if b := d.Buffers[0]; !c.Compressed() && !bytes.Equal(file[b.FileOff:b.FileOff+int64(len(b.Data))], b.Data) {
				t.Errorf("packet %d is not at offset %d", i+1, b.FileOff)
			}
		}
		for i := range min(len(c.Blocks()), 200) {
			d, err := c.Block(i)
			check(t, fmt.Sprintf("block %d", i), d, err)
		}
	}, allFolders...)
}

// comparePackets compares the rows with packets.tsv: number, time, length.
// tshark lists custom blocks as frames, without an interface.
func comparePackets(t *testing.T, name string, c *Capture) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(capturesDir(t), "expected", name, "packets.tsv"))
	if err != nil {
		return
	}
	rows := c.Rows(0, c.Len(), UTC)
	n := 0
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 || len(f) < 6 || f[4] == "" && f[5] == "data" && strings.HasSuffix(name, "ng") {
			continue
		}
		n++
		if n > len(rows) {
			continue
		}
		r := rows[n-1]
		if want, _ := strconv.Atoi(f[3]); int(r.Len) != want {
			t.Errorf("packet %d: length %d, want %d", n, r.Len, want)
		}
		if got := strconv.FormatInt(r.Time/1e9, 10) + fmt.Sprintf(".%09d", r.Time%1e9); f[1] != "" && got != f[1] {
			t.Errorf("packet %d: time %s, want %s", n, got, f[1])
		}
	}
	if n != len(rows) {
		t.Errorf("%d packets, want %d", len(rows), n)
	}
}

// Windows of any size, pushed or pulled, give the same rows, flows and blocks.
func TestWindows(t *testing.T) {
	eachCapture(t, func(t *testing.T, name string, file []byte) {
		want := ""
		for _, window := range []int{1 << 20, 4096, 7, 1} {
			if len(file) > 100<<10 && window < 4096 {
				continue
			}
			c, err := OpenWith(bytes.NewReader(file), name, Options{Window: window})
			got := fmt.Sprint(err)
			if err == nil {
				got = describe(c, readAll(t, c))
			}
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("a window of %d differs:\n%s", window, diff(want, got))
			}
		}
		c, err := Open(bytes.NewReader(file), name)
		if err != nil || c.Compressed() {
			return
		}
		for at := 0; at < len(file) && err == nil; at += 5000 {
			err = c.Feed(file[at:min(at+5000, len(file))])
		}
		if err == nil {
			err = c.Finish()
		}
		if got := describe(c, err); got != want {
			t.Fatalf("pushed instead of pulled:\n%s", diff(want, got))
		}
	}, allFolders...)
}

func diff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "line " + strconv.Itoa(i) + "\n" + x[i] + "\n" + y[i]
		}
	}
	return fmt.Sprintf("%d lines and %d", len(x), len(y))
}

// Packed files, other byte orders and other containers give the same packets.
func TestDerived(t *testing.T) {
	dir := capturesDir(t)
	read := func(name string) string {
		file, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		c := open(t, file, Options{})
		if err := readAll(t, c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var b strings.Builder
		for _, r := range c.Rows(0, c.Len(), UTC) {
			r.Off = 0
			fmt.Fprintf(&b, "%+v\n", r)
		}
		for _, f := range c.FlowRows(0, c.FlowLen(), UTC, FlowOrder{}) {
			fmt.Fprintf(&b, "%+v\n", f)
		}
		return b.String()
	}
	want := read("skype/SkypeIRC-part1.pcap")
	for _, name := range []string{"-be.pcap", "-modified.pcap", "-nsec.pcap", ".pcap.gz", ".pcap.zst", ".pcapng"} {
		if got := read("derived/SkypeIRC-part1" + name); got != want {
			t.Errorf("%s: %s", name, diff(want, got))
		}
	}
}

// TestFlows compares the conversations with tshark's: ends, packets and bytes
// each way, first and last time. tshark also counts the header that an ICMP
// error quotes, in the conversation it quotes, so so many packets may be more
// there. It gives fragments the ports of the whole datagram: captures with
// fragments are left out.
func TestFlows(t *testing.T) {
	dir := capturesDir(t)
	eachCapture(t, func(t *testing.T, name string, file []byte) {
		c, err := Open(bytes.NewReader(file), name)
		if err != nil {
			return
		}
		readAll(t, c)
		got := map[string]string{}
		if tunnels[name] {
			t.Skip("tshark shows the conversation within the tunnel")
		}
		p := c.Progress()
		ordered := p.First == p.Early
		for i := 1; i < c.Len() && ordered; i++ {
			ordered = c.packets.At(uint32(i)).Time >= c.packets.At(uint32(i-1)).Time
		}
		times := func(first, last any) string {
			if !ordered { // tshark's first and last are by place, ours by time
				return ""
			}
			return fmt.Sprintf(" %v %v", first, last)
		}
		fragments := false
		for i := range uint32(c.FlowLen()) {
			f := c.Flow(i)
			if f.Transport != 6 && f.Transport != 17 {
				continue
			}
			fragments = fragments || f.PortA == 0 && f.PortB == 0
			a, b := c.FlowEnds(i)
			x, y := 0, 1
			if a > b {
				a, b, x, y = b, a, 1, 0
			}
			key := strings.ToLower(inet.TransportName(f.Transport)) + " " + a + " " + b
			got[key] = fmt.Sprintf("%d %d %d %d", f.Packets[x], f.Bytes[x], f.Packets[y], f.Bytes[y]) + times(f.Start, f.End)
		}
		if fragments {
			t.Skip("fragments have no ports here")
		}
		want := map[string]string{}
		for _, transport := range []string{"udp", "tcp"} {
			raw, err := os.ReadFile(filepath.Join(dir, "expected", name, transport+".tsv"))
			if err != nil {
				continue
			}
			for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
				f := strings.Split(line, "\t")
				a, b, x, y := endText(f[0], f[1]), endText(f[2], f[3]), 4, 6
				if a > b {
					a, b, x, y = b, a, 6, 4
				}
				want[transport+" "+a+" "+b] = fmt.Sprintf("%s %s %s %s", f[x], f[x+1], f[y], f[y+1]) +
					times(strings.Replace(f[8], ".", "", 1), strings.Replace(f[9], ".", "", 1))
			}
		}
		raw, _ := os.ReadFile(filepath.Join(dir, "expected", name, "packets.tsv"))
		quotes := 0
		for line := range strings.Lines(string(raw)) {
			if i := strings.Index(line, ":icmp"); i >= 0 && (strings.Contains(line[i:], ":udp") || strings.Contains(line[i:], ":tcp")) {
				quotes++
			}
		}
		for key, w := range want {
			if got[key] == w {
				continue
			}
			more := packetsOf(w) - packetsOf(got[key])
			if quotes -= more; more <= 0 || quotes < 0 {
				t.Errorf("%s:\ngot  %s\nwant %s", key, got[key], w)
			}
		}
		for key := range got {
			if want[key] == "" {
				t.Errorf("%s: tshark does not know it", key)
			}
		}
	}, "skype", "derived", "links", "negative", "rtp", "synthetic")
}

// tunnels are captures whose conversations tshark finds below what the index
// pass calls a flow: the outermost IP header.
var tunnels = map[string]bool{
	"links/6in4tunnel.pcap": true,
	"links/gre.pcapng":      true,
	"links/http_PPI.pcap":   true,
}

// packetsOf adds up the packets both ways.
func packetsOf(s string) int {
	var a, b, bytes int
	fmt.Sscan(s, &a, &bytes, &b)
	return a + b
}

func endText(addr, port string) string {
	if strings.Contains(addr, ":") {
		return "[" + addr + "]:" + port
	}
	return addr + ":" + port
}

// TestSkypeIRC holds what the one capture of the P2P years that is published
// shows: who is taken for Skype, and what the packets of the NAck exchange are.
func TestSkypeIRC(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(capturesDir(t), "skype/SkypeIRC-part1.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, file, Options{})
	readAll(t, c)
	rows := c.Rows(0, c.Len(), SinceStart)
	for _, n := range []int{214, 215, 216, 219} {
		if rows[n-1].Proto != "skype.udp" || rows[n-1].Info == "" {
			t.Errorf("%+v", rows[n-1])
		}
	}
	skype, other := 0, 0
	for _, r := range rows {
		switch {
		case r.Proto == "skype.udp":
			skype++
			if !strings.Contains(r.Src+r.Dst, ":35990") {
				t.Errorf("packet %d is taken for Skype: %s > %s", r.Packet, r.Src, r.Dst)
			}
		case strings.Contains(r.Src+r.Dst, "192.168.1.2:35990"):
			other++
		case r.Proto == "dns" && r.Skype:
			t.Errorf("packet %d is DNS and Skype", r.Packet)
		}
	}
	t.Logf("%d packets are Skype, %d of the client's port are not taken for it", skype, other)
	if skype < 150 {
		t.Errorf("only %d packets are taken for Skype", skype)
	}
	for _, n := range []int{215, 216} {
		d, err := c.Dissect(uint32(n - 1))
		if err != nil {
			t.Fatal(err)
		}
		if d.Find("skype.udp.func") == nil {
			t.Errorf("packet %d has no function", n)
		}
	}
	var info map[string]any
	raw, _ := os.ReadFile(filepath.Join(capturesDir(t), "expected/skype/SkypeIRC-part1.pcap/info.json"))
	if err := json.Unmarshal(raw, &info); err != nil {
		t.Fatal(err)
	}
	if p := c.Progress(); fmt.Sprintf("%d.%09d", p.Early/1e9, p.Early%1e9) != info["min_timestamp"] ||
		fmt.Sprintf("%d.%09d", p.Late/1e9, p.Late%1e9) != info["max_timestamp"] {
		t.Errorf("%+v, want %v to %v", p, info["min_timestamp"], info["max_timestamp"])
	}
}
