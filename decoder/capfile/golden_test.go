package capfile_test

import (
	"bytes"
	"strconv"
	"testing"

	"somscope/decoder/capfile"
	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/internal/golden"
)

// TestGolden holds pictures of headers and blocks: each case is a small file,
// and "block: N" or "record: N" says what of it is drawn.
func TestGolden(t *testing.T) {
	golden.RunCases(t, "testdata", func(t *testing.T, c *golden.Case) *field.Dissection {
		src := bytes.NewReader(c.Data)
		var offs []int64
		f, err := capfile.Scan(src, 4096, func(r *capfile.Record) bool {
			offs = append(offs, r.Off)
			return true
		})
		if f == nil {
			t.Fatal(err)
		}
		if n, err := strconv.Atoi(c.Param("block")); err == nil {
			d, err := f.DissectBlock(n)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		n, err := strconv.Atoi(c.Param("record"))
		if err != nil || n > len(offs) {
			t.Fatalf("no record %q in %d", c.Param("record"), len(offs))
		}
		var r capfile.Record
		if err := f.Record(offs[n-1], &r); err != nil {
			t.Fatal(err)
		}
		root := &field.Spec{Name: "frame", Label: "Packet", Doc: "A packet as it was captured."}
		d := dissect.Begin(root, append([]byte(nil), r.Data...), int(r.OrigLen), uint32(n), -1)
		f.DissectRecord(d, r.Off)
		return d.Done()
	})
}
