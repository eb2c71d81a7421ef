package sheet

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"somscope/decoder"
	"somscope/decoder/codec"
	"somscope/decoder/field"
	"somscope/decoder/media"
	"somscope/wasm/chart"
	"somscope/wasm/proto"
)

var ways = [...]string{"A to B", "B to A"}

// How many segments have their working points ranked, and how many points each.
const (
	maxRanked = 10
	maxFits   = 8
)

// call is the sheet of an encrypted call.
func (w *writer) call(v *decoder.Voice, r *media.Report) {
	w.Title = "Stream " + strconv.FormatUint(uint64(v.Number), 10) + ": an encrypted call"
	carrier := "over UDP"
	if v.Kind == decoder.VoiceE2O {
		carrier = "to or from the telephone network"
	}
	w.Lead = "A call " + carrier + " between " + v.From + " (A) and " + v.To + " (B): " + count(int64(v.Packets), "message")
	if long := v.End - v.Begin; long > 0 {
		w.Lead += " in " + Span(long)
	}
	if text := courseOf(r, false); text != "" {
		w.Lead += "; " + text
	}
	w.Lead += "."
	w.text("The voice frames within these messages are encrypted, and no bit of them can be read. But anybody on the way sees how long each message is and when it comes: voice is sent at an even pace, and each codec makes blocks of its own length. From both follows which codecs, rates and numbers of blocks per message could have made such messages; it is a list of likelihoods, never a name.",
		field.Cite{Key: "bon", Where: "§4.2"})
	if r == nil {
		w.dim("There is no report of this call.")
		return
	}
	if r.Left > 0 {
		w.dim(count(int64(r.Left), "message") + " beyond the first " + thousands(media.MaxMessages) + " were left out.")
	}
	if r.Untimed > 0 {
		w.dim(count(int64(r.Untimed), "message") + " without a time tell nothing of gaps.")
	}
	w.callOverTime(v, r)
	w.callTable(r)
	w.segments(r)
	w.ranked(r)
	for i := range r.Words {
		x := &r.Words[i]
		w.head(x.Title)
		w.text(x.Text+w.changes(x.Changes)+" (How this is known: "+x.Trust.String()+".)", x.Cite...)
	}
	w.sizes(r)
	w.bands(r)
}

// maxChanges is how many changes of the voice are named.
const maxChanges = 6

// changes lists when the voice changed, from what and to what.
func (w *writer) changes(list []media.Change) string {
	if len(list) == 0 {
		return ""
	}
	fit := func(f, other *media.Fit) string {
		if f == nil {
			return "nothing that fits well"
		}
		text := FitName(f)
		if other != nil && FitName(other) == text && other.Kbits != f.Kbits {
			text += " at " + strconv.FormatFloat(f.Kbits, 'g', 4, 64) + " kbit/s"
		}
		return text + "?"
	}
	var parts []string
	for i := range list[:min(len(list), maxChanges)] {
		c := &list[i]
		text := "at " + seconds(w.env.since(c.At)) + " s "
		if !c.Both {
			way := 0
			if c.Back {
				way = 1
			}
			text += "(" + ways[way] + ") "
		}
		switch from, to := fit(c.From, c.To), fit(c.To, c.From); {
		case from != to:
			text += "from " + from + " to " + to
		default:
			text += "still " + to
			if c.Why != "" {
				text += ", but " + c.Why
			}
		}
		parts = append(parts, text)
	}
	if n := len(list) - maxChanges; n > 0 {
		parts = append(parts, "and "+count(int64(n), "time")+" more")
	}
	return " These are the changes, each with what fits best: " + strings.Join(parts, "; ") + "."
}

// segments is the table of the parts of a call.
func (w *writer) segments(r *media.Report) {
	w.head("The call in segments")
	if len(r.Segments[0])+len(r.Segments[1]) == 0 {
		w.dim("There are too few messages with times to tell segments apart.")
		return
	}
	t := newTable("Each direction, cut where its sizes or its pace change",
		"Way", "From s", "To s", "Kind", "Messages", "Bytes each", "Pace", "bytes/s", "Seem lost", "Fits best")
	for dir := range r.Segments {
		for i := range r.Segments[dir] {
			s := &r.Segments[dir][i]
			t.cell(ways[dir])
			first, last := ends(s)
			t.linkNum(w.moment(s, s.From), first)
			t.linkNum(w.moment(s, s.To), last)
			t.cell(s.Name())
			t.num(thousands(int64(s.Messages)))
			t.num(around(s.Mean, s.Dev))
			t.num(pace(s.Gap))
			t.num(fixed(s.Rate, 0))
			t.num(percent(s.Missing))
			t.cell(firstFits(s.Fits, 3))
		}
	}
	w.table(t)
	var says []string
	for dir := range r.Segments {
		for i := range r.Segments[dir] {
			s := &r.Segments[dir][i]
			if s.Says == "" {
				continue
			}
			text := ways[dir]
			if timed(s) {
				text += ", from " + w.moment(s, s.From) + " s"
			}
			text += ": " + Sentence(s.Says)
			if s.Why != "" {
				text += " " + Sentence(s.Why)
			}
			says = append(says, text)
		}
	}
	if len(says) > 0 {
		w.fold("The segments in words")
		for _, s := range says[:min(len(says), 40)] {
			w.text(s)
		}
		if n := len(says) - 40; n > 0 {
			w.dim("And " + thousands(int64(n)) + " more.")
		}
	}
}

// timed reports whether the messages of a segment have times.
func timed(s *media.Segment) bool { return s.From != 0 || s.To != 0 }

// moment is a time of a segment, in seconds since the file's first packet.
func (w *writer) moment(s *media.Segment, ns int64) string {
	if !timed(s) {
		return "-"
	}
	return seconds(w.env.since(ns))
}

// ends lead to the first and the last packet of a segment, where it has any.
func ends(s *media.Segment) (first, last string) {
	if s.First > s.Last {
		return "", ""
	}
	return packetDo(s.First + 1), packetDo(s.Last + 1)
}

// around writes a mean with its spread: "67.2 ± 0.4".
func around(mean, dev float64) string {
	if math.IsNaN(mean) {
		return "-"
	}
	if dev >= 10 {
		return fixed(mean, 0) + " ± " + fixed(dev, 0)
	}
	return fixed(mean, 1) + " ± " + fixed(dev, 1)
}

func pace(ms float64) string {
	if !(ms > 0) || math.IsInf(ms, 0) {
		return "-"
	}
	if ms >= 99.5 {
		return fixed(ms, 0) + " ms"
	}
	return fixed(ms, 1) + " ms"
}

// firstFits names the best working points with their shares.
func firstFits(list []media.Fit, most int) string {
	var out []string
	for i := range list[:min(len(list), most)] {
		out = append(out, FitName(&list[i])+" "+percent(list[i].Share))
	}
	if out == nil {
		return "-"
	}
	return strings.Join(out, "; ")
}

// ranked lists the working points of the longest segment of each direction, and of others folded.
func (w *writer) ranked(r *media.Report) {
	type place struct{ dir, at int }
	var open, folded []place
	for dir := range r.Segments {
		best := -1
		list := r.Segments[dir]
		for i := range list {
			if len(list[i].Fits) > 0 && (best < 0 || list[i].Messages > list[best].Messages) {
				best = i
			}
		}
		for i := range list {
			switch {
			case i == best:
				open = append(open, place{dir, i})
			case len(list[i].Fits) > 0:
				folded = append(folded, place{dir, i})
			}
		}
	}
	if len(open) == 0 {
		return
	}
	w.head("Working points that fit")
	w.text("A message of the model has (rate × time / 8 + 8) × blocks + header bytes: so many bits of voice, 8 bytes with each block of it, and 1 to 4 blocks, the newest and those before it in case they were lost. The share is how far one believes in a point, if before looking one held each of them, and that it is none of them, for equally likely; points that make the same message divide it among them.",
		field.Cite{Key: "bon", Where: "§4.2"})
	show := func(p place) {
		s := &r.Segments[p.dir][p.at]
		caption := ways[p.dir]
		if timed(s) {
			caption += ", " + w.moment(s, s.From) + " to " + w.moment(s, s.To) + " s"
		}
		caption += ": " + count(int64(s.Messages), "message") + " of " + around(s.Mean, s.Dev) + " bytes"
		if s.Gap > 0 {
			caption += ", one every " + pace(s.Gap)
		}
		w.table(w.fits(caption, s.Fits))
	}
	for _, p := range open {
		show(p)
	}
	if len(folded) > 0 {
		w.fold("Working points of the other segments")
		for _, p := range folded[:min(len(folded), maxRanked)] {
			show(p)
		}
		if n := len(folded) - maxRanked; n > 0 {
			w.dim("And of " + count(int64(n), "segment") + " more, which are in the table above.")
		}
	}
}

// fits is a table of working points with what speaks for and against each.
func (w *writer) fits(caption string, list []media.Fit) *table {
	t := newTable(caption, "Working point", "Share", "Expects", "Why", "Doubt", "In the clear", "DisableCodecs")
	for i := range list[:min(len(list), maxFits)] {
		f := &list[i]
		t.cell(f.String())
		share := 0.0
		if f.Share > 0 {
			share = min(f.Share, 1)
		}
		t.Cells = append(t.Cells, proto.Cell{Text: percent(f.Share), Num: true, Bar: uint32(share*1000 + .5)})
		t.num(fixed(f.Size, 0) + " bytes")
		t.cell(strings.Join(f.Why, "; "))
		t.cell(f.Doubt)
		c := codec.ByName(f.ID)
		switch {
		case c != nil && c.Sample != "" && c.Playable:
			t.link("see and hear a sample", "sample:"+c.Sample)
		case c != nil && c.Sample != "":
			t.link("see a sample", "sample:"+c.Sample)
		case c != nil && c.Playable:
			t.cell("none: its frames are plain samples; see G.711 in any RTP capture")
		case c != nil && c.Dissect != nil:
			t.cell("none: only its first bits are explained here")
		default:
			t.cell("none: its bits are not published")
		}
		if c != nil && len(c.Disable) > 0 {
			t.cell(strings.Join(c.Disable, ", "))
		} else {
			t.cell("-")
		}
	}
	return t
}

// tracks are the segments as bars below the axis of time.
func (w *writer) tracks(r *media.Report) []chart.Track {
	var out []chart.Track
	for dir := range r.Segments {
		k := chart.Track{Name: ways[dir]}
		for i := range r.Segments[dir] {
			s := &r.Segments[dir][i]
			if !timed(s) {
				continue
			}
			first, _ := ends(s)
			g := chart.Segment{From: w.env.since(s.From), To: w.env.since(s.To), Class: s.Kind.String(), Text: s.Name(), Title: s.Says, Do: first}
			if len(s.Fits) > 0 {
				g.Text = FitName(&s.Fits[0]) + "?"
			}
			k.Segments = append(k.Segments, g)
		}
		if len(k.Segments) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// callOverTime draws rate, pace, sizes and gaps.
func (w *writer) callOverTime(v *decoder.Voice, r *media.Report) {
	w.head("Over time")
	n := max(len(r.Slices[0]), len(r.Slices[1]))
	if n == 0 || r.Every <= 0 {
		w.dim("The messages have no times, so nothing can be said of when they came.")
		return
	}
	every := float64(r.Every) / 1e9
	var rate, pace, gap []chart.Series
	var sizes [2][]chart.Series
	var marks []chart.Mark
	hits := make([]chart.Hit, n)
	for i := range hits {
		at := w.env.since(r.Begin) + float64(i)*every
		hits[i] = chart.Hit{From: at, To: at + every, Text: seconds(at) + " to " + seconds(at+every) + " s"}
	}
	for dir := range r.Slices {
		list := r.Slices[dir]
		any := false
		for i := range list {
			any = any || list[i].Messages > 0
		}
		if !any {
			continue
		}
		a := chart.Series{Name: ways[dir], Wide: every}
		b, g := a, a
		low := chart.Series{Name: "smallest", Wide: every}
		mid := chart.Series{Name: "median", Wide: every}
		high := chart.Series{Name: "largest", Wide: every}
		for i := range list {
			x := &list[i]
			at := hits[i].From
			part := covered(i, n, r.Every, v.End-r.Begin)
			a.Points = append(a.Points, chart.Point{X: at, Y: float64(x.Bytes) / part})
			b.Points = append(b.Points, chart.Point{X: at, Y: float64(x.Messages) / part})
			gone := math.NaN()
			if x.Messages > 0 {
				gone = 0
			}
			g.Points = append(g.Points, chart.Point{X: at, Y: x.Gap + gone})
			low.Points = append(low.Points, chart.Point{X: at, Y: float64(x.Low) + gone})
			mid.Points = append(mid.Points, chart.Point{X: at, Y: float64(x.Mid) + gone})
			high.Points = append(high.Points, chart.Point{X: at, Y: float64(x.High) + gone})
			do := ""
			if x.Messages > 0 {
				do = packetDo(x.First + 1)
				if hits[i].Do == "" {
					hits[i].Do = do
				}
			}
			hits[i].Text += fmt.Sprintf("; %s: %s, %s", ways[dir], count(int64(x.Messages), "message"), count(int64(x.Bytes), "byte"))
			if x.Missing > 0 {
				marks = append(marks, chart.Mark{From: at, To: at + every, X: at + every/2, N: x.Missing, Class: "lost", Do: do})
				hits[i].Text += ", " + thousands(int64(x.Missing)) + " seem lost"
			}
		}
		rate, pace, gap = append(rate, a), append(pace, b), append(gap, g)
		sizes[dir] = []chart.Series{mid, low, high}
	}
	tracks := w.tracks(r)
	// The last slice is drawn as far as there are messages.
	last := int64(0)
	for dir := range r.Segments {
		for i := range r.Segments[dir] {
			last = max(last, r.Segments[dir][i].To)
		}
	}
	over := func(of string, t *chart.Time) *chart.Time {
		t.Hits = hits
		if last > r.Begin {
			t.From, t.To = w.env.since(r.Begin), w.env.since(last)
		}
		return w.behind(r, of, t)
	}
	w.time("Rate of each direction: bytes of payload a second.", over("rate", &chart.Time{Unit: "bytes/s", Series: rate, Tracks: tracks}))
	w.time("Pace of each direction: messages a second.", over("pace", &chart.Time{Unit: "messages/s", Series: pace, Tracks: tracks}))
	for dir, s := range sizes {
		if s != nil {
			w.time("Sizes of the messages from "+ways[dir]+": the median of each "+piece(r.Every)+", the smallest and the largest.",
				over("size", &chart.Time{Unit: "bytes", Series: s, Tracks: only(tracks, ways[dir])}))
		}
	}
	w.time("Mean gap between two messages of a direction; strokes below are messages that seem to be lost, because a gap is a multiple of the pace.",
		over("gap", &chart.Time{Unit: "ms", Series: gap, Marks: marks, Tracks: tracks}))
}

// only is the track of one direction.
func only(list []chart.Track, way string) []chart.Track {
	for i := range list {
		if list[i].Name == way {
			return list[i : i+1]
		}
	}
	return nil
}

// concerns reports whether a published figure belongs to a call.
func concerns(b *media.Band, r *media.Report) bool {
	return b.Carrier == -1 || b.Carrier == int(r.Carrier)
}

// behind draws the published figures behind a curve.
func (w *writer) behind(r *media.Report, of string, t *chart.Time) *chart.Time {
	bands := media.Bands()
	for i := range bands {
		switch b := &bands[i]; {
		case b.Of != of || !concerns(b, r):
		case b.Low == b.High:
			t.Limits = append(t.Limits, chart.Limit{Name: b.Title, Y: b.Low})
		default:
			t.Bands = append(t.Bands, chart.Band{Name: b.Title, Low: b.Low, High: b.High})
		}
	}
	return t
}

// bands lists what is drawn behind the curves, with where it was published.
func (w *writer) bands(r *media.Report) {
	bands := media.Bands()
	begun := false
	for i := range bands {
		b := &bands[i]
		if !concerns(b, r) {
			continue
		}
		if !begun {
			w.fold("Published figures")
			begun = true
		}
		w.text(b.Title+": "+Sentence(lower(b.Doc)), b.Cite...)
	}
}

// maxBars is how many bars a histogram has at most.
const maxBars = 120

// sizes draws how often messages of each length came, beside what the best fits expect.
func (w *writer) sizes(r *media.Report) {
	if len(r.Sizes[0])+len(r.Sizes[1]) == 0 {
		return
	}
	w.head("Message sizes")
	for dir, list := range r.Sizes {
		if len(list) == 0 {
			continue
		}
		c := &chart.Bars{Name: "How often messages of each size came, " + ways[dir], Unit: "messages", Along: "bytes of a message"}
		// A bar is as many bytes wide as it takes to see no more than maxBars.
		low, high := list[0].Bytes, list[len(list)-1].Bytes
		width := 1
		for (high-low)/width >= maxBars {
			width++
		}
		var bins []media.Count
		for _, x := range list {
			at := low + (x.Bytes-low)/width*width
			if len(bins) == 0 || bins[len(bins)-1].Bytes != at {
				bins = append(bins, media.Count{Bytes: at})
			}
			bins[len(bins)-1].Messages += x.Messages
		}
		for _, x := range bins {
			text := strconv.Itoa(x.Bytes)
			if width > 1 {
				text += " to " + strconv.Itoa(x.Bytes+width-1)
			}
			c.Bins = append(c.Bins, chart.Bin{From: float64(x.Bytes) - .5, To: float64(x.Bytes+width) - .5, N: float64(x.Messages),
				Text: text + " bytes: " + count(int64(x.Messages), "message")})
		}
		for i := range r.Segments[dir] {
			for j := range r.Segments[dir][i].Fits[:min(len(r.Segments[dir][i].Fits), 2)] {
				f := &r.Segments[dir][i].Fits[j]
				line := chart.Line{X: f.Size, Name: FitName(f)}
				if f.Share >= .05 && len(c.Lines) < 6 && !slices.Contains(c.Lines, line) {
					c.Lines = append(c.Lines, line)
				}
			}
		}
		text := "How often messages of each size came, " + ways[dir]
		if len(c.Lines) > 0 {
			text += "; the lines are what the model expects of the best fits"
		}
		w.draw(text+".", c.Draw(w.env.Width))
		w.sizeTable(dir, list)
	}
}

// sizeTable lists the commonest sizes of a direction.
func (w *writer) sizeTable(dir int, list []media.Count) {
	all := 0
	var most []media.Count
	for _, x := range list {
		all += x.Messages
		at := len(most)
		for at > 0 && most[at-1].Messages < x.Messages {
			at--
		}
		if at < maxSizes {
			most = slices.Insert(most, at, x)
			most = most[:min(len(most), maxSizes)]
		}
	}
	w.fold("The commonest sizes, " + ways[dir])
	t := newTable("", "Bytes", "Messages", "Share")
	for _, x := range most {
		share := float64(x.Messages) / float64(max(all, 1))
		t.num(thousands(int64(x.Bytes)))
		t.num(thousands(int64(x.Messages)))
		t.Cells = append(t.Cells, proto.Cell{Text: percent(share), Num: true, Bar: uint32(share*1000 + .5)})
	}
	w.table(t)
}

// maxSizes is how many sizes are listed.
const maxSizes = 16

// callTable is the twin of the drawings.
func (w *writer) callTable(r *media.Report) {
	for dir := range r.Slices {
		list := r.Slices[dir]
		if len(list) == 0 || r.Every <= 0 {
			continue
		}
		w.fold("What came when, as a table, " + ways[dir])
		every := float64(r.Every) / 1e9
		t := newTable("", "From s", "Messages", "bytes/s", "Smallest", "Median", "Largest", "Mean gap ms", "Longest gap ms", "Seem lost", "First packet")
		for i, step := 0, rowsOf(len(list)); i < len(list); i += step {
			sum := media.Slice{Low: math.MaxInt}
			gaps, weight := 0.0, 0
			mids := 0.0
			last := min(i+step, len(list))
			for j := i; j < last; j++ {
				x := &list[j]
				if x.Messages == 0 {
					continue
				}
				if sum.Messages == 0 {
					sum.First = x.First
				}
				sum.Messages += x.Messages
				sum.Bytes += x.Bytes
				sum.Low, sum.High = min(sum.Low, x.Low), max(sum.High, x.High)
				mids += float64(x.Mid) * float64(x.Messages)
				if x.Gap > 0 {
					gaps += x.Gap * float64(x.Messages)
					weight += x.Messages
				}
				sum.MaxGap = max(sum.MaxGap, x.MaxGap)
				sum.Missing += x.Missing
			}
			t.num(seconds(w.env.since(r.Begin) + float64(i)*every))
			t.num(thousands(int64(sum.Messages)))
			t.num(fixed(float64(sum.Bytes)/(every*float64(last-i)), 0))
			if sum.Messages == 0 {
				for range 7 {
					t.num("-")
				}
				continue
			}
			t.num(thousands(int64(sum.Low)))
			t.num(fixed(mids/float64(sum.Messages), 0))
			t.num(thousands(int64(sum.High)))
			t.num(fixed(gaps/float64(weight), 1))
			t.num(fixed(sum.MaxGap, 1))
			t.num(thousands(int64(sum.Missing)))
			t.linkNum(thousands(int64(sum.First)+1), packetDo(sum.First+1))
		}
		w.table(t)
	}
}
