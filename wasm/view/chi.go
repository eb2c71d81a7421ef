package view

import (
	"strconv"

	"somscope/wasm/proto"
)

// The chi-square statistics of the first nibbles of a conversation's payloads:
// a column for each nibble, as high as its statistic on a scale of powers of ten.

// Nibbles are watched: the halves of the first eight bytes.
const Nibbles = 16

// A Column is one nibble of the drawing, in CSS pixels.
type Column struct {
	X, Y, W, H float64
	Value      float32
	Over       bool // above the threshold
}

// ChiTall is the height of the drawing, ChiLeft and ChiFoot what its scale and
// its names take of it.
const (
	ChiTall = 190.0
	ChiLeft = 56.0
	ChiFoot = 34.0
	chiTop  = 10.0
)

// ChiTop is the power of ten that the scale ends with.
func ChiTop(c *proto.Chi) int {
	most := c.Bound
	for _, v := range c.Values {
		most = max(most, v)
	}
	p := 1
	for x := float32(10); x < most && p < 8; x *= 10 {
		p++
	}
	return p
}

// ChiY is where a value stands on a scale that ends with 10^top.
func ChiY(v float64, top int) float64 {
	return ChiTall - ChiFoot - (ChiTall-ChiFoot-chiTop)*min(max(log10(v), 0)/float64(top), 1)
}

// log10 is the decimal logarithm, to a thousandth or so: enough to draw with.
// Package math would bring its tables along.
func log10(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	n := 0.0
	for ; x >= 10; n++ {
		x /= 10
	}
	for ; x < 1 && n > -30; n-- {
		x *= 10
	}
	z := (x - 3.16227766) / (x + 3.16227766) // ln x = ln √10 + 2 artanh z
	zz := z * z
	return n + .5 + .8685889638*z*(1+zz*(1./3+zz*(.2+zz*(1./7+zz/9))))
}

// ChiPower is where 10^p stands on that scale.
func ChiPower(p, top int) float64 {
	return ChiTall - ChiFoot - (ChiTall-ChiFoot-chiTop)*float64(p)/float64(top)
}

// ChiColumns draws the statistics at a step, from 0, in a width.
func ChiColumns(c *proto.Chi, step int, wide float64) []Column {
	if step < 0 || step >= len(c.Steps) || len(c.Values) < (step+1)*Nibbles {
		return nil
	}
	top := ChiTop(c)
	pitch := max(wide-ChiLeft, 160) / Nibbles
	out := make([]Column, Nibbles)
	for i := range out {
		v := c.Values[step*Nibbles+i]
		y := ChiY(float64(v), top)
		out[i] = Column{X: ChiLeft + float64(i)*pitch + pitch/8, Y: y, W: pitch * .75, H: ChiTall - ChiFoot - y, Value: v, Over: v > c.Bound}
	}
	return out
}

// NibbleName says which half of which byte a nibble is, from 0: "byte 3, high".
func NibbleName(i int) string {
	t := "byte " + strconv.Itoa(i/2+1) + ", "
	if i%2 == 0 {
		t += "high half"
	} else {
		t += "low half"
	}
	if i/2 == 2 {
		t += " (function byte)"
	}
	return t
}

// Says marks what a detector says by a sign and its word.
func Says(says uint8) string {
	switch says {
	case 1:
		return "× no"
	case 2:
		return "✓ yes"
	}
	return "· silent"
}
