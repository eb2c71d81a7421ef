package inet_test

import (
	"strconv"
	"testing"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
	"somscope/decoder/inet"
	"somscope/decoder/internal/golden"
)

// TestGolden holds pictures of whole packets; "link: N" is the LINKTYPE_ number.
func TestGolden(t *testing.T) {
	root := &field.Spec{Name: "frame", Label: "Packet", Doc: "A packet as it was captured."}
	golden.RunCases(t, "testdata", func(t *testing.T, c *golden.Case) *field.Dissection {
		link, err := strconv.ParseUint(c.Param("link"), 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		d := dissect.Begin(root, c.Data, len(c.Data), 1, -1)
		inet.Dissect(d, uint16(link), nil)
		return d.Done()
	})
}
