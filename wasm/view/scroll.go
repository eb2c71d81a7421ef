package view

// MaxTall is the greatest height in CSS pixels that a scrolled element is given.
// Browsers stop at 16 to 33 million pixels, fewer on dense screens, and say
// nothing when they do.
const MaxTall = 8_000_000

// A Scroller maps a scroll bar to a list of any length. Up to MaxTall pixels the
// two are the same. Beyond, the bar is a scale model: small movements (wheel,
// finger, arrow keys) are taken pixel by pixel, large ones (dragging the thumb)
// in proportion, and Settle brings bar and list together again when all is quiet.
type Scroller struct {
	Rows int     // of the list
	RowH float64 // CSS pixels
	View float64 // CSS pixels that show rows
	Top  float64 // CSS pixels of the list above the view; what counts
	bar  float64 // the scroll bar's position as last seen
}

// Tall is the height of the whole list.
func (s *Scroller) Tall() float64 { return float64(s.Rows) * s.RowH }

// Space is the height that the scrolled element gets.
func (s *Scroller) Space() float64 { return min(s.Tall(), MaxTall) }

// Limit is the greatest Top.
func (s *Scroller) Limit() float64 { return max(0, s.Tall()-s.View) }

func (s *Scroller) barLimit() float64 { return max(0, s.Space()-s.View) }

func (s *Scroller) scaled() bool { return s.Tall() > MaxTall }

// Bar is where the scroll bar ought to stand for Top.
func (s *Scroller) Bar() float64 {
	if !s.scaled() {
		return s.Top
	}
	return s.Top / s.Limit() * s.barLimit()
}

// Seen tells that the bar was put somewhere by us, so that the event which
// follows is not taken for a movement of the user's.
func (s *Scroller) Seen(bar float64) { s.bar = bar }

// Moved takes over a position of the bar that the user has caused.
func (s *Scroller) Moved(bar float64) {
	d := bar - s.bar
	s.bar = bar
	if d == 0 {
		return
	}
	switch limit := s.barLimit(); {
	case !s.scaled():
		s.Top = bar
	case bar <= 0:
		s.Top = 0
	case bar >= limit-1:
		s.Top = s.Limit()
	case d > 3*s.View || -d > 3*s.View:
		s.Top = bar / limit * s.Limit()
	default:
		s.Top += d
	}
	s.clamp()
}

// Settle says whether the bar should be put right, and where. It is asked when
// nothing has moved for a moment.
func (s *Scroller) Settle() (bar float64, ok bool) {
	want := s.Bar()
	d := want - s.bar
	return want, s.scaled() && (d > 1 || d < -1)
}

func (s *Scroller) clamp() { s.Top = min(max(s.Top, 0), s.Limit()) }

// Resize takes a new number of rows, row height and view; the first visible row
// stays where it is.
func (s *Scroller) Resize(rows int, rowH, view float64) {
	if s.RowH > 0 && rowH != s.RowH {
		s.Top = s.Top / s.RowH * rowH
	}
	s.Rows, s.RowH, s.View = rows, rowH, view
	s.clamp()
}

// Show moves as little as possible so that a row is wholly visible, and reports
// whether it moved.
func (s *Scroller) Show(row int) bool {
	y, before := float64(row)*s.RowH, s.Top
	if y < s.Top {
		s.Top = y
	} else if y+s.RowH > s.Top+s.View {
		s.Top = y + s.RowH - s.View
	}
	s.clamp()
	return s.Top != before
}

// Visible reports whether a row is wholly visible.
func (s *Scroller) Visible(row int) bool {
	y := float64(row) * s.RowH
	return s.RowH > 0 && y >= s.Top && y+s.RowH <= s.Top+s.View
}

// Centre moves so that a row stands a third down the view, unless it is visible.
func (s *Scroller) Centre(row int) bool {
	if s.Visible(row) {
		return false
	}
	before := s.Top
	s.Top = float64(row)*s.RowH - s.View/3
	s.clamp()
	return s.Top != before
}

// Window is the run of rows that are at least partly visible: n rows from row
// first on.
func (s *Scroller) Window() (first, n int) {
	if s.RowH <= 0 || s.Rows == 0 {
		return 0, 0
	}
	first = min(int(s.Top/s.RowH), s.Rows)
	last := int((s.Top+s.View)/s.RowH) + 1
	return first, min(last, s.Rows) - first
}

// Fits is how many whole rows the view holds, at least one; a page key moves by it.
func (s *Scroller) Fits() int {
	if s.RowH <= 0 {
		return 1
	}
	return max(1, int(s.View/s.RowH))
}

// RowAt is the row y pixels below the top of the view, or -1.
func (s *Scroller) RowAt(y float64) int {
	if y < 0 || y >= s.View || s.RowH <= 0 {
		return -1
	}
	if row := int((s.Top + y) / s.RowH); row < s.Rows {
		return row
	}
	return -1
}
