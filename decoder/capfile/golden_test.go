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
// and "block: N" or "record: N" says what of it is drawn. "as: NAME" says what bare frames are.
func TestGolden(t *testing.T) {
	golden.RunCases(t, "testdata", func(t *testing.T, c *golden.Case) *field.Dissection {
		var offs []int64
		f, err := capfile.OpenAs(bytes.NewReader(c.Data), c.Param("as"))
		if err != nil {
			t.Fatal(err)
		}
		if err = f.Feed(c.Data, func(r *capfile.Record) { offs = append(offs, r.Off) }); err == nil {
			err = f.Finish()
		}
		if want := c.Param("error"); want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%v, want %s", err, want)
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
