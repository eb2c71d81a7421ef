package capfile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"somscope/decoder/field"
)

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zst(t testing.TB, b []byte, opts ...zstd.EOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out, append([]zstd.EOption{zstd.WithEncoderConcurrency(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// sample is a capture of about a megabyte that packs a little.
func sample() []byte {
	m := (&maker{o: le}).pcapHead(magicMicro, 4, 65535, 1)
	rng := rand.New(rand.NewPCG(3, 4))
	data := make([]byte, 300)
	for i := range 3000 {
		for k := range data {
			data[k] = byte(rng.IntN(16))
		}
		m.rec(uint32(i), 0, string(data), 300)
	}
	return m.b
}

// unpackAll steps through an Unpacker and returns what came out.
func unpackAll(t testing.TB, u *Unpacker, step int) ([]byte, error) {
	t.Helper()
	var err error
	for done, before := false, int64(-1); !done; {
		if done, err = u.Step(step); !done && u.Source().Size() <= before {
			t.Fatal("a step brought nothing")
		}
		if grown := u.Source().Size() - max(0, before); grown > int64(max(step, 1))+256<<10 {
			t.Fatalf("a step of %d brought %d bytes", step, grown)
		}
		before = u.Source().Size()
	}
	if done, again := u.Step(step); !done || again != err {
		t.Fatalf("Step after the end: %v, %v", done, again)
	}
	b := make([]byte, u.Source().Size())
	if n, rerr := u.Source().ReadAt(b, 0); n != len(b) {
		t.Fatal(rerr)
	}
	return b, err
}

func TestUnpack(t *testing.T) {
	raw := sample()
	half := len(raw) / 2
	for _, c := range []struct {
		name   string
		packed []byte
	}{
		{"gzip", gz(t, raw)},
		{"gzip of two members", append(gz(t, raw[:half]), gz(t, raw[half:])...)},
		{"zstd", zst(t, raw)},
		{"zstd, best", zst(t, raw, zstd.WithEncoderLevel(zstd.SpeedBestCompression))},
		{"zstd of two frames", append(zst(t, raw[:half]), zst(t, raw[half:])...)},
		{"zstd after a frame to skip", append([]byte("\x50\x2a\x4d\x18\x04\x00\x00\x00skip"), zst(t, raw)...)},
	} {
		for _, step := range []int{100, 1000, 1 << 20, 1 << 30} {
			u, err := Unpack(bytes.NewReader(c.packed), 0)
			if err != nil || u == nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if !strings.HasPrefix(c.name, u.Name()) {
				t.Errorf("%s: %s", c.name, u.Name())
			}
			got, err := unpackAll(t, u, step)
			if err != nil || !bytes.Equal(got, raw) {
				t.Fatalf("%s in steps of %d: %d bytes of %d, %v", c.name, step, len(got), len(raw), err)
			}
			if u.Read() != int64(len(c.packed)) {
				t.Errorf("%s: %d packed bytes taken of %d", c.name, u.Read(), len(c.packed))
			}
		}
	}
}

func TestUnpackNotPacked(t *testing.T) {
	for _, s := range []string{"", "abc", "not packed at all", string(sample()[:100])} {
		if u, err := Unpack(strings.NewReader(s), 0); u != nil || err != nil {
			t.Errorf("%.10q: %v, %v", s, u, err)
		}
	}
}

func TestUnpackRefused(t *testing.T) {
	for head, name := range map[string]string{"\x04\x22\x4d\x18": "lz4", "\xfd7zXZ\x00": "xz", "BZh9": "bzip2"} {
		u, err := Unpack(strings.NewReader(head+"...."), 0)
		if e := faultOf(t, err); u != nil || e.In != name || !errors.Is(err, field.ErrUnsupported) || !strings.Contains(e.What, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What fits into the budget is kept, to the byte; a file that fits exactly is whole.
func TestUnpackBudget(t *testing.T) {
	raw := sample()
	for name, packed := range map[string][]byte{"gzip": gz(t, raw), "zstd": zst(t, raw)} {
		for _, budget := range []int64{1, 1000, 256 << 10, 300_000, int64(len(raw)) - 1, int64(len(raw)), int64(len(raw)) + 1} {
			u, err := Unpack(bytes.NewReader(packed), budget)
			if err != nil {
				t.Fatal(err)
			}
			got, err := unpackAll(t, u, 50_000)
			if !bytes.Equal(got, raw[:min(int64(len(raw)), budget)]) {
				t.Fatalf("%s, budget %d: %d bytes", name, budget, len(got))
			}
			if budget >= int64(len(raw)) {
				if err != nil {
					t.Errorf("%s, budget %d: %v", name, budget, err)
				}
				continue
			}
			if e := faultOf(t, err); !errors.Is(err, field.ErrLimit) || !strings.Contains(e.What, "more than "+size(budget)) {
				t.Errorf("%s, budget %d: %v", name, budget, err)
			}
		}
	}
}

// Wherever a packed file is cut or damaged, what came before is kept, and the
// error names an offset within the file.
func TestUnpackDamaged(t *testing.T) {
	raw := sample()
	check := func(what string, packed []byte) {
		t.Helper()
		u, err := Unpack(bytes.NewReader(packed), 0)
		if err != nil {
			faultOf(t, err)
			return
		}
		if u == nil {
			t.Fatalf("%s: not recognised", what)
		}
		got, err := unpackAll(t, u, 100_000)
		if err == nil {
			if !bytes.Equal(got, raw) {
				t.Fatalf("%s: damage went unnoticed", what)
			}
			return
		}
		e := faultOf(t, err)
		if e.Off > int64(len(packed)) || e.Off == 0 {
			t.Errorf("%s: %v", what, err)
		}
		if cause := e.Err; cause != field.ErrShort && cause != field.ErrFormat && cause != field.ErrChecksum && cause != field.ErrLimit && cause != field.ErrUnsupported {
			t.Errorf("%s: cause %v", what, cause)
		}
		if e.Err == field.ErrShort && !bytes.HasPrefix(raw, got) {
			t.Errorf("%s: what was kept is not the beginning", what)
		}
	}
	for name, packed := range map[string][]byte{"gzip": gz(t, raw), "zstd": zst(t, raw)} {
		for _, at := range []int{5, 11, 18, 100, len(packed) / 2, len(packed) - 9, len(packed) - 5, len(packed) - 1} {
			check(name+", cut", packed[:at])
			bad := bytes.Clone(packed)
			bad[at] ^= 0x55
			check(name+", changed", bad)
		}
		// Bytes behind the end are not silently dropped, and nothing is lost.
		u, err := Unpack(bytes.NewReader(append(bytes.Clone(packed), "garbage behind the end"...)), 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unpackAll(t, u, 100_000)
		if e := faultOf(t, err); !bytes.Equal(got, raw) || e.Off < int64(len(packed)) {
			t.Errorf("%s with garbage: %d bytes, %v", name, len(got), err)
		}
	}
	cut := gz(t, raw)
	u, err := Unpack(bytes.NewReader(cut[:len(cut)/2]), 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := unpackAll(t, u, 1<<20)
	if e := faultOf(t, err); e.Off != int64(len(cut)/2) || !errors.Is(err, field.ErrShort) || len(got) < len(raw)/4 {
		t.Errorf("half a file: %d bytes of %d, %v", len(got), len(raw), err)
	}
	// The packets in what was kept can be read.
	if _, recs, err := scanAll(u.Source(), 0); len(recs) != (len(got)-24)/316 || !errors.Is(err, field.ErrShort) {
		t.Errorf("%d packets, %v", len(recs), err)
	}
}

// One layer is unpacked; Open says that there is another.
func TestUnpackTwice(t *testing.T) {
	raw := sample()
	for _, packed := range [][]byte{gz(t, gz(t, raw)), zst(t, gz(t, raw)), gz(t, zst(t, raw))} {
		u, err := Unpack(bytes.NewReader(packed), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unpackAll(t, u, 1<<20); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(u.Source()); err == nil || !strings.Contains(err.Error(), "packed once more") {
			t.Error(err)
		}
	}
}

// A frame of twenty bytes must not make us take a gigabyte.
func TestUnpackHugeWindow(t *testing.T) {
	for _, head := range []string{
		"\x28\xb5\x2f\xfd\x00\xa8",                                 // a window of 2 GiB
		"\x28\xb5\x2f\xfd\xa0\x00\x00\x00\x80",                     // one segment of 2 GiB
		"\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\x7f\x00", // one segment of 8 EiB
	} {
		u, err := Unpack(strings.NewReader(head+"\x01\x00\x00"), 0)
		if err != nil {
			t.Fatal(err)
		}
		var done bool
		if a := testing.AllocsPerRun(1, func() { done, err = u.Step(100) }); a > 100 {
			t.Errorf("%v allocations", a)
		}
		if e := faultOf(t, err); !done || !errors.Is(err, field.ErrLimit) || !strings.Contains(e.What, "a window of more than 32 MiB") {
			t.Errorf("%q: %v", head, err)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 1000: "1000 bytes", 1 << 10: "1 KiB", 300_000: "292 KiB", 1 << 20: "1 MiB", 256 << 20: "256 MiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
