package view

// A Mode is one of the three layouts.
type Mode uint8

const (
	Wide   Mode = iota // list above; tree, hex and card below, side by side
	Middle             // the card under the hex view
	Narrow             // list, hex with 8 bytes a line, card; the tree is a sheet
)

// ModeFor is the layout for a window of that many CSS pixels; the style sheets
// have the same two limits.
func ModeFor(width float64) Mode {
	switch {
	case width >= 900:
		return Wide
	case width >= 600:
		return Middle
	}
	return Narrow
}

// PerLine is how many bytes a line of the hex view holds: 16 when they fit in
// the columns there are, else 8.
func PerLine(m Mode, cols int) int {
	if m == Narrow {
		return 8
	}
	// offset 4 + bytes 48 + text 16 + 3 for the gaps between
	if cols < 71 {
		return 8
	}
	return 16
}

// Split moves a splitter: where it stands in percent after a key, kept in its
// bounds. ok is false for keys it does not know.
func Split(now float64, key string, vertical bool, lo, hi float64) (to float64, ok bool) {
	back, on := "ArrowUp", "ArrowDown"
	if vertical {
		back, on = "ArrowLeft", "ArrowRight"
	}
	switch key {
	case back:
		now -= 2
	case on:
		now += 2
	case "PageUp":
		now -= 10
	case "PageDown":
		now += 10
	case "Home":
		now = lo
	case "End":
		now = hi
	default:
		return now, false
	}
	return min(max(now, lo), hi), true
}
