package detect

import "fmt"

// What l7-filter looks at: the first data of a connection, both directions in the order of the file.
const (
	l7Packets = 10
	l7Bytes   = 2048
)

// l7Data joins the first data of a conversation. Of a payload longer than HeadLen the rest is
// missing; both patterns are decided by the first 16 bytes.
func l7Data(c *Conversation, need int) (data []byte, packets []uint32) {
	for i := range c.Packets[:min(len(c.Packets), l7Packets)] {
		p := &c.Packets[i]
		data = append(data, p.Head...)
		packets = append(packets, p.Packet)
		if len(data) >= need || len(p.Head) < p.Len {
			break
		}
	}
	return data, packets
}

// skypetoskype: any two bytes, 02, and 13 bytes at least.
func l7ToSkype(_ *Book, c *Conversation) (Says, string, []uint32) {
	data, packets := l7Data(c, 16)
	if len(data) >= 3 && data[2] != 0x02 {
		return No, fmt.Sprintf("the third byte is %02x, not 02", data[2]), nil
	}
	if len(data) < 16 {
		return Silent, fmt.Sprintf("the first data has %s, it takes 16", count(len(data), "byte")), nil
	}
	return Yes, "the third byte is 02 and 13 more follow", packets
}

// skypeout: the first byte comes again one to nine bytes later.
func l7Out(_ *Book, c *Conversation) (Says, string, []uint32) {
	data, packets := l7Data(c, 10)
	for i := 1; i < min(len(data), 10); i++ {
		if data[i] == data[0] {
			return Yes, fmt.Sprintf("the first byte, %02x, comes again %s later", data[0], count(i, "byte")), packets
		}
	}
	if len(data) < 10 {
		return Silent, fmt.Sprintf("the first data has %s, it takes up to 10", count(len(data), "byte")), nil
	}
	return No, fmt.Sprintf("the first byte, %02x, does not come again in the next nine", data[0]), nil
}
