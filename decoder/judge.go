package decoder

import (
	"time"

	"somscope/decoder/classify"
)

// As is what the user wants a flow to be treated as.
type As uint8

// The numbers are those of the page's messages.
const (
	Auto     As = iota // what the evidence says
	SkypeUDP           // Skype between clients
	SkypeE2O           // Skype to a telephone gateway
	NotSkype
	RTP // voice in the clear
)

// judged is the state of the verdicts while the file is being read.
type judged struct {
	next           int       // packets at which to judge again
	after          time.Time // but not before
	run            int       // flows the verdicts know of
	flows, packets uint32    // taken for Skype
	first          uint32    // packet that opens the earliest of them, from 1; 0 when there is none
}

// judge classifies the flows. While reading goes on the verdicts are
// provisional: they are renewed whenever the packets have doubled, and never
// so often that they would cost more than a twentieth of the time.
func (c *Capture) judge(final bool) {
	now := time.Now()
	if !final && (c.packets.Len() < c.judged.next || now.Before(c.judged.after)) {
		return
	}
	c.verdicts = classify.Run(c.flows)
	c.judged.run = c.flows.Len()
	c.judged.next = 2 * c.packets.Len()
	c.judged.after = now.Add(20 * time.Since(now))
	c.recount()
}

// recount counts what is taken for Skype, and says that rows may have changed.
func (c *Capture) recount() {
	c.judged.flows, c.judged.packets, c.judged.first = 0, 0, 0
	for i := range uint32(c.flows.Len()) {
		if IsSkype(c.Class(i)) {
			f := c.flows.At(i)
			c.judged.flows++
			if c.judged.first == 0 || f.First < c.judged.first-1 {
				c.judged.first = f.First + 1
			}
			c.judged.packets += uint32(f.Packets[0] + f.Packets[1])
		}
	}
	c.gen++
	clear(c.orders)
}

// Treat overrides the verdict on a flow, or with Auto restores it.
// Flows count from 0; it reports whether there is such a flow.
func (c *Capture) Treat(id uint32, as As) bool {
	if int64(id) >= int64(c.flows.Len()) || as > RTP {
		return false
	}
	if as == Auto {
		delete(c.treat, id)
	} else {
		c.treat[id] = as
	}
	c.again()
	c.recount()
	return true
}

// Treated is what the user says of a flow.
func (c *Capture) Treated(id uint32) As { return c.treat[id] }

// Class is what a flow is taken for: what the user says, or else what the
// evidence says so far. It is Undecided for a flow that does not exist.
func (c *Capture) Class(id uint32) classify.Class {
	switch c.treat[id] {
	case SkypeUDP:
		return classify.SkypeUDP
	case SkypeE2O:
		return classify.SkypeE2O
	case NotSkype, RTP:
		return classify.Other
	}
	if int64(id) >= int64(c.judged.run) {
		return classify.Undecided
	}
	return c.verdicts.Class(id)
}

// IsSkype reports whether flows of the class are Skype's.
func IsSkype(class classify.Class) bool {
	return class == classify.SkypeUDP || class == classify.SkypeE2O || class == classify.SkypeTCP
}

// Verdict is what the evidence says of a flow so far, whatever the user says.
func (c *Capture) Verdict(id uint32) classify.Verdict {
	if int64(id) >= int64(c.judged.run) {
		return classify.Verdict{}
	}
	return c.verdicts.Verdict(id)
}
