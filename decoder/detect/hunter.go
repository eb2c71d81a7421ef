package detect

import (
	"fmt"
	"math"
)

// Skype-Hunter, the algorithm of Adami et al. (2009, §3), as far as it is published. The
// pseudo-code is printed with several "=" where "not equal" is meant; this follows the sense.

const (
	hunterAnswer   = 10e9   // ns between a probe and its answer
	hunterFrames   = 95     // frames of function d before a call or a transfer is named
	hunterGap      = 3e9    // ns between two of them
	hunterBytes    = 40_000 // of a call over TCP
	hunterPings    = 4      // messages of 4 bytes over TCP: the number that makes it Skype is not printed, that of a call is taken
	hunterHangUp   = 6      // messages of 19 bytes
	hunterResetAt  = 150    // bytes of a message that makes their count begin again
	hunterTolerate = 15e3   // ns by which a gap may miss whole seconds
)

func hunterUDP(_ *Book, c *Conversation) (Says, string, []uint32) {
	why := "the first message has another function than 2"
	if c.Packets[0].is(0x8f, 2) {
		what, miss, packets := hunterProbe(c)
		if what != "" {
			return Yes, what, packets
		}
		why = miss
	}
	// Frames of function d, each less than 3 s after the one before.
	frames, most := 0, 0
	var bytes [2]int
	var last int64
	first := c.Packets[0].Dir
	var packets []uint32
	for i := range c.Packets {
		p := &c.Packets[i]
		if !p.is(0x8f, 0x0d) {
			continue
		}
		if p.NoTime || frames > 0 && p.Time-last >= hunterGap {
			frames, bytes, packets = 0, [2]int{}, packets[:0]
		}
		if p.NoTime {
			continue
		}
		last = p.Time
		frames++
		bytes[(p.Dir^first)&1] += p.Len
		if len(packets) < 8 {
			packets = append(packets, p.Packet)
		}
		most = max(most, frames)
	}
	if frames > hunterFrames {
		ratio := math.Inf(1)
		if bytes[0] > 0 {
			ratio = float64(bytes[1]) / float64(bytes[0])
		}
		what := "a relayed call, for nothing comes back"
		switch {
		case ratio > 0.5:
			what = "a direct call"
		case ratio > 0:
			what = "a file transfer"
		}
		return Yes, fmt.Sprintf("%d frames of function d; back and forth as %.2f to 1, which it calls %s", frames, ratio, what), packets
	}
	if most > 0 {
		why = fmt.Sprintf("%s of function d in a row, it takes more than %d", count(most, "frame"), hunterFrames)
	}
	if len(c.Packets) == 1 {
		return Silent, "1 packet, it waits for the second", nil
	}
	return No, why, nil
}

// hunterProbe follows the first messages: a short probe, a ping or a long probe.
func hunterProbe(c *Conversation) (what, miss string, packets []uint32) {
	list := c.Packets
	u1 := &list[0]
	if len(list) < 2 {
		return "", "one message, and no answer", nil
	}
	soon := func(p *Packet) bool { return u1.NoTime || p.NoTime || p.Time-u1.Time <= hunterAnswer }
	size := func(n int, of ...int) bool {
		for _, o := range of {
			if n == o {
				return true
			}
		}
		return false
	}
	u2 := &list[1]
	switch {
	case u2.Dir == u1.Dir:
		return "", "the second message is not an answer", nil
	case u2.is(0x8f, 2):
		if size(u2.Len, 18, 26, 51, 53) && soon(u2) {
			return fmt.Sprintf("short probe: function 2, answered by function 2 with %d bytes", u2.Len), "", []uint32{u1.Packet, u2.Packet}
		}
		return fmt.Sprintf("ping: function 2, answered by function 2 with %d bytes", u2.Len), "", []uint32{u1.Packet, u2.Packet}
	case !u2.is(0x8f, 7) || u2.Len != 11:
		return "", "the second message is neither of function 2 nor a refusal of 11 bytes", nil
	case len(list) < 3:
		return "", "the refusal is the last message", nil
	}
	u3 := &list[2]
	if u3.Dir != u1.Dir || !u3.is(0x8f, 3) || u3.Len != u1.Len+5 {
		return "", "after the refusal the request does not come again with 5 bytes more", nil
	}
	if len(list) < 4 {
		return "", "the second request is the last message", nil
	}
	u4 := &list[3]
	if u4.Dir == u1.Dir || !u4.is(0x8f, 2) || !size(u4.Len, 18, 51, 53, 11) || !soon(u4) {
		return "", "the second request is not answered with function 2 and 18, 51 or 53 bytes", nil
	}
	return fmt.Sprintf("long probe: %d bytes, refused with 11, again with %d, answered with %d", u1.Len, u3.Len, u4.Len), "", []uint32{u1.Packet, u2.Packet, u3.Packet, u4.Packet}
}

func hunterTCP(_ *Book, c *Conversation) (Says, string, []uint32) {
	o := c.open()
	says, why, packets := o.login()
	if says == No && c.port(443) {
		var asked bool
		var miss string
		if says, asked, miss, packets = o.restricted(); asked || says == Yes {
			why = miss
		}
	}
	if says != No {
		return says, why, packets
	}
	if says, told, packets := hunterCall(c); says == Yes {
		return says, told, packets
	} else if told != "" {
		why = told
	}
	if _, port := c.dst(&c.Packets[0]); port == 80 {
		// The text that must stand in bytes 1 to 29 or 95 to 124 was never printed.
		switch n := c.Packets[0].Len; n {
		case 167, 169, 175:
			return Silent, fmt.Sprintf("a request of %d bytes to port 80 fits, but the text it must hold was never printed", n), []uint32{c.Packets[0].Packet}
		default:
			why = fmt.Sprintf("the request to port 80 has %d bytes, not 167, 169 or 175", n)
		}
	}
	return No, why, nil
}

// hunterCall looks for a call: messages of 4 bytes a whole number of seconds apart, or a run of
// messages of 19 bytes at its end.
func hunterCall(c *Conversation) (Says, string, []uint32) {
	total, pings, run, longest := 0, 0, 0, 0
	var four [2]int64 // time of the last message of 4 bytes
	var has [2]bool
	var nineteen int64
	var pinged, hung []uint32
	for i := range c.Packets {
		p := &c.Packets[i]
		total += p.Len
		if p.Len > hunterResetAt {
			run = 0
		}
		if p.NoTime {
			continue
		}
		switch d := p.Dir & 1; p.Len {
		case 4:
			if gap := p.Time - four[d]; has[d] && gap > 0 {
				seconds := (gap + 5e8) / 1e9
				if off := gap - seconds*1e9; seconds >= 1 && seconds <= 10 && off <= hunterTolerate && off >= -hunterTolerate {
					pings++
					pinged = append(pinged, p.Packet)
				}
			}
			four[d], has[d] = p.Time, true
		case 19:
			if run > 0 && p.Time-nineteen >= hunterGap {
				run = 0
			}
			if run == 0 && longest <= hunterHangUp {
				hung = hung[:0]
			}
			run++
			if longest = max(longest, run); len(hung) < 8 {
				hung = append(hung, p.Packet)
			}
			nineteen = p.Time
		}
	}
	mean := float64(total) / float64(len(c.Packets))
	switch {
	case pings > hunterPings && mean >= 100 && mean <= 600 && total > hunterBytes:
		return Yes, fmt.Sprintf("a call: %d messages of 4 bytes whole seconds apart, %.0f bytes on average, %d kB", pings, mean, total/1000), pinged
	case pings > hunterPings && mean >= 10 && mean <= 600:
		return Yes, fmt.Sprintf("%d messages of 4 bytes whole seconds apart, %.0f bytes on average", pings, mean), pinged
	case longest > hunterHangUp && mean >= 100 && mean <= 600 && total > hunterBytes:
		return Yes, fmt.Sprintf("a call that ends: %d messages of 19 bytes, %.0f bytes on average, %d kB", longest, mean, total/1000), hung
	case pings > 0 || longest > 0:
		return No, fmt.Sprintf("%d messages of 4 bytes whole seconds apart and a run of %d of 19 bytes, it takes more than %d or %d", pings, longest, hunterPings, hunterHangUp), nil
	}
	return No, "", nil
}
