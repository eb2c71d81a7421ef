package oracle_test

import (
	"fmt"

	"somscope/decoder/crc"
	"somscope/decoder/inet"
	"somscope/decoder/oracle"
)

// A probe and its answer, of which nothing but id, IV and checksum can be seen.
func Example() {
	client := oracle.End{Addr: inet.Addr{Lo: 0xFFFF_C000020A}, Port: 35990} // 192.0.2.10
	node := oracle.End{Addr: inet.Addr{Lo: 0xFFFF_C6336414}, Port: 4000}    // 198.51.100.20

	datagram := func(id uint16, text string) []byte {
		sum := crc.Sum([]byte(text))
		head := []byte{byte(id >> 8), byte(id), 2, 1, 2, 3, 4, byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}
		return append(head, make([]byte, len(text))...) // the text itself is out of sight
	}

	r := oracle.New()
	for i, p := range []struct {
		from, to oracle.End
		payload  []byte
	}{
		{client, node, datagram(0x1234, "\x04\xDA\x01\x12\x33\x42\x15")},
		{node, client, datagram(0x9491, "\x04\xE3\x01\x12\x33\x42\x15")},
	} {
		m, ok := oracle.Parse(p.payload, len(p.payload))
		if !ok {
			continue
		}
		m.Packet, m.Time, m.Src, m.Dst = uint32(i), int64(i)*1e8, p.from, p.to
		r.Add(m)
	}
	r.Seal()
	for !r.Step(10000) {
	}
	for i := range uint32(2) {
		x := r.Result(i)
		fmt.Printf("%v: %s, % x, %d tried, answers %d\n", x.Kind, x.Template, x.Plain, x.Tried, len(x.Answers))
	}
	// Output:
	// confirmed: probe request, 04 da 01 12 33 42 15, 1 tried, answers 0
	// confirmed: probe accepted, 04 e3 01 12 33 42 15, 3 tried, answers 1
}
