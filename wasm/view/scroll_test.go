package view

import "testing"

func TestScrollerShortListIsExact(t *testing.T) {
	s := Scroller{}
	s.Resize(1000, 23, 460)
	if s.Space() != 23000 {
		t.Fatalf("Space = %v, want 23000", s.Space())
	}
	for _, bar := range []float64{0, 1, 22.5, 7000, 22540} {
		s.Moved(bar)
		if s.Top != bar {
			t.Errorf("bar at %v: Top = %v", bar, s.Top)
		}
	}
	s.Moved(30000) // more than there is
	if s.Top != 22540 {
		t.Errorf("beyond the end: Top = %v, want 22540", s.Top)
	}
	first, n := s.Window()
	if first != 980 || n != 20 {
		t.Errorf("Window at the end = %d, %d, want 980, 20", first, n)
	}
}

func TestScrollerTwentyMillionRows(t *testing.T) {
	const rows = 20_000_000
	s := Scroller{}
	s.Resize(rows, 23, 460)
	if s.Space() != MaxTall {
		t.Fatalf("Space = %v, want %v", s.Space(), MaxTall)
	}
	// Wheel: 50 px a time moves the list by exactly 50 px, however long it is.
	for range 100 {
		s.Moved(s.bar + 50)
	}
	if s.Top != 5000 {
		t.Errorf("after 100 small movements Top = %v, want 5000", s.Top)
	}
	// The bar has run ahead of the list; Settle puts it right without moving the list.
	bar, ok := s.Settle()
	if !ok || bar > 200 {
		t.Errorf("Settle = %v, %v, want a bar near 90", bar, ok)
	}
	s.Seen(bar)
	s.Moved(bar)
	if s.Top != 5000 {
		t.Errorf("putting the bar right moved the list to %v", s.Top)
	}
	// Thumb: half way down is half way down.
	s.Moved((MaxTall - 460) / 2)
	if first, _ := s.Window(); first < rows/2-20 || first > rows/2+20 {
		t.Errorf("half way down shows row %d", first)
	}
	// The ends are reached and the last row is whole.
	s.Moved(MaxTall - 460)
	first, n := s.Window()
	if first+n != rows || s.RowAt(459) != rows-1 {
		t.Errorf("at the end: rows %d+%d, lowest %d", first, n, s.RowAt(459))
	}
	s.Moved(0)
	if s.Top != 0 {
		t.Errorf("at the start: Top = %v", s.Top)
	}
	// Every row can be reached exactly by key.
	for _, row := range []int{0, 1, 19, 20, 9_999_999, rows - 2, rows - 1} {
		s.Show(row)
		y := float64(row)*23 - s.Top
		if y < 0 || y+23 > 460.001 {
			t.Errorf("row %d shown at y=%v", row, y)
		}
	}
}

func TestScrollerScaledDriftEndsAtTheEdge(t *testing.T) {
	s := Scroller{}
	s.Resize(20_000_000, 23, 460)
	s.Top = 230_000_000
	s.Seen(s.Bar())
	for range 20000 { // small movements up until the bar has no more room
		to := max(0, s.bar-400)
		s.Moved(to)
		if to == 0 {
			break
		}
		if bar, ok := s.Settle(); ok {
			s.Seen(bar)
		}
	}
	if s.Top <= 0 || s.Top >= 230_000_000 {
		t.Errorf("Top = %v", s.Top)
	}
}

func TestScrollerResizeKeepsFirstRow(t *testing.T) {
	s := Scroller{}
	s.Resize(1000, 20, 200)
	s.Top = 500 * 20
	s.Resize(1000, 31, 200) // projector
	if first, _ := s.Window(); first != 500 {
		t.Errorf("first row = %d, want 500", first)
	}
	s.Resize(10, 31, 200)
	if s.Top != 110 {
		t.Errorf("shrunk list: Top = %v, want 110", s.Top)
	}
	s.Resize(0, 31, 200)
	if first, n := s.Window(); first != 0 || n != 0 || s.RowAt(5) != -1 {
		t.Errorf("empty list shows %d+%d", first, n)
	}
}

func TestScrollerCentre(t *testing.T) {
	s := Scroller{}
	s.Resize(1000, 20, 200)
	if s.Centre(3) {
		t.Error("moved for a visible row")
	}
	if !s.Centre(500) || s.RowAt(200.0/3) != 500 {
		t.Errorf("row a third down = %d, want 500", s.RowAt(200.0/3))
	}
}

func TestVisible(t *testing.T) {
	var s Scroller
	if s.Visible(0) {
		t.Error("a row without a height is visible")
	}
	s.Resize(100, 20, 90)
	s.Top = 30
	for row, want := range map[int]bool{0: false, 1: false, 2: true, 5: true, 6: false} {
		if s.Visible(row) != want {
			t.Errorf("Visible(%d) = %v, want %v", row, !want, want)
		}
	}
}
