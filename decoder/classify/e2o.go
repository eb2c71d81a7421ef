package classify

import (
	"fmt"
	"net/netip"

	"somscope/decoder/flow"
)

// gatewayPort is the port of Skype's telephone gateways (Bonfiglio et al. 2007, §3.2.3).
const gatewayPort = 12340

// gatewayLayout reports that a flow has the layout of a call to a telephone: four bytes, the
// same in nearly all datagrams of a direction, a fifth that changes, and behind it nothing but
// dice. A wider counter, a second constant or a flag is another protocol's header. The head
// must look like a number, too: "48 00 00 00" is what tunnels write.
func gatewayLayout(x *flow.Features) bool {
	if x == nil || x.Stats == nil || x.Stats.Body == nil || x.Stats.Body.N < 8 {
		return false
	}
	n := x.Payloads[0] + x.Payloads[1]
	if n < 17 || x.SameHead*10 < (n-2)*9 || x.SameHead5*20 < x.SameHead*19 || x.Sequence+x.LengthAt2*2 > n/4 || x.Strangers()*4 > n {
		return false
	}
	for dir, n := range x.Payloads {
		if n >= 2 && plainHead(x.Head(dir)) {
			return false
		}
	}
	body := x.Stats.Body
	limit := 60.0 // with few datagrams the distribution has a long tail
	if body.N >= 48 {
		limit = 50
	}
	for i := range body.Nibbles {
		// Too even is no dice, either: that is how a counter of one byte looks. Of the fifth
		// byte only that it changes is published, so it may be one.
		if chi := body.Chi(i); chi > limit || chi < 2.5 && i >= 2 {
			return false
		}
	}
	return true
}

// plainHead reports that at least two bytes of a head are 00 or ff, or that three are equal.
func plainHead(h uint32) bool {
	plain := 0
	for i := range 4 {
		b := byte(h >> (8 * i))
		if b == 0 || b == 0xff {
			plain++
		}
	}
	a, b, c, d := byte(h>>24), byte(h>>16), byte(h>>8), byte(h)
	return plain >= 2 || a == b && (b == c || b == d) || c == d && (c == a || c == b)
}

func connectionID(c *Case) int {
	if c.X.Stats.Body.N < 64 {
		return 3
	}
	return 4
}

func tellConnectionID(c *Case, e *Evidence) {
	worst := 0.0
	for i := range c.X.Stats.Body.Nibbles {
		worst = max(worst, c.X.Stats.Body.Chi(i))
	}
	e.Detail = fmt.Sprintf("the first four bytes stay the same in each direction in %d of %d datagrams, the fifth changes, and the nibbles of the eight bytes behind them are spread like dice (chi-square of the worst %.0f, for 15 degrees of freedom)",
		c.X.SameHead, c.n, worst)
	e.Packets = opening(c)
}

// rhythm counts the gaps of 8 to 65 ms, between which voice packets of 10 to 60 ms lie.
func rhythm(c *Case) (steady, all uint32) {
	if c.X.Stats == nil {
		return 0, 0
	}
	for i, n := range c.X.Stats.Gaps {
		all += n
		if i >= 14 && i <= 16 {
			steady += n
		}
	}
	return steady, all
}

func voiceRhythm(c *Case) int {
	if steady, all := rhythm(c); all >= 8 && steady*5 >= all*4 {
		return 1
	}
	return 0
}

func noRhythm(c *Case) int {
	if steady, all := rhythm(c); all >= 8 && steady*2 < all {
		return -3
	}
	return 0
}

func tellRhythm(c *Case, e *Evidence) {
	steady, all := rhythm(c)
	e.Detail = fmt.Sprintf("%d of %d gaps between datagrams are those of voice, 8 to 65 ms", steady, all)
	e.Packets = opening(c)
}

func gateway(c *Case) int {
	if c.F.PortA == gatewayPort || c.F.PortB == gatewayPort {
		return 2
	}
	return 0
}

func tellGateway(c *Case, e *Evidence) {
	e.Detail = fmt.Sprintf("one end uses port %d, that of the gateways", gatewayPort)
	e.Packets = []uint32{c.F.First}
}

// callerSide is the side whose port is certainly Skype's by other flows; -1 when none is.
func callerSide(c *Case) int {
	for side, p := range c.ports {
		if p != nil && p.sure > 0 && portHolds(p) {
			return side
		}
	}
	return -1
}

func caller(c *Case) int {
	if callerSide(c) >= 0 {
		return 4
	}
	return 0
}

func tellCaller(c *Case, e *Evidence) {
	side := callerSide(c)
	a, number := c.F.Side(side)
	e.Detail = fmt.Sprintf("%s is certainly a Skype client's port by what its other conversations hold", netip.AddrPortFrom(a.Netip(), number))
	e.Packets = []uint32{c.ports[side].sureAt}
}
