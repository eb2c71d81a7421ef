package story

import (
	"cmp"
	"fmt"
	"slices"

	"somscope/decoder/internal/order"
)

// A run is a stretch of a conversation in which data flows as in a call or a transfer.
type run struct {
	conv       int32
	kind       runKind
	tcp        bool
	timed      bool
	start, end int64
	at, to     int32     // first and last second
	n          [2]uint64 // datagrams or segments: the client's, the far end's
	bytes      [2]uint64
	small      uint64 // segments of 4 bytes, keep-alives
	packets    []uint32
	before     int32 // the run of the same call before a hold, or -1
	hold       hold
}

// A hold is what lies between two runs, or behind one.
type hold struct {
	n       uint64
	seconds int32
	start   int64
	end     int64
	packets []uint32
}

type runKind uint8

const (
	runCall   runKind = iota // both ways, about as much
	runOneWay                // one way only
	runFile                  // both ways, much more in one of them
	runPhone                 // to or from a gateway
)

// ratio is the smaller direction's bytes over the larger one's.
func (r *run) ratio() float64 {
	lo, hi := min(r.bytes[0], r.bytes[1]), max(r.bytes[0], r.bytes[1])
	if hi == 0 {
		return 0
	}
	return float64(lo) / float64(hi)
}

func (r *run) all() uint64 { return r.n[0] + r.n[1] }

// seconds is how long a run lasts, at least 1.
func (r *run) seconds() float64 {
	if !r.timed {
		return 1
	}
	return max(1, float64(clock(r.start, r.end))/1e9)
}

// findRuns finds the runs of every conversation.
func (t *teller) findRuns() {
	t.media = map[pair]bool{}
	for n := range t.convs {
		c := &t.convs[n]
		switch {
		case len(c.f.Data) == 0 || c.f.Word == "no":
		case c.f.TCP:
			if c.skype() && c.f.Talk != "login" && c.f.Talk != "event" && c.f.Talk != "update" {
				t.runsOf(int32(n))
			}
		case c.f.Class == "skype.udp" || c.f.Class == "skype.e2o":
			t.runsOf(int32(n))
		}
	}
	order.Stable(t.runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(t.convs[a.conv].near, t.convs[b.conv].near), cmp.Compare(a.conv, b.conv), cmp.Compare(a.at, b.at))
	})
	for i := range t.runs { // the places have changed, and the runs of a conversation are neighbours
		r := &t.runs[i]
		if r.before >= 0 {
			r.before = int32(i - 1)
		}
		if r.kind != runPhone && !r.tcp {
			c := &t.convs[r.conv]
			t.media[pair{c.near, c.far}] = true
		}
	}
}

// runsOf finds the runs of one conversation.
func (t *teller) runsOf(n int32) {
	c := &t.convs[n]
	var data []Second
	last := int32(-1)
	for _, s := range c.f.Data {
		if s.At > last { // anything else is out of order
			data, last = append(data, s), s.At
		}
	}
	if c.f.Start > c.f.End { // no times: all that can be said is how much there was
		r := t.runFrom(n, data, 0, len(data))
		r.timed = false
		if r.all() > voicePackets && !c.f.TCP {
			t.keep(&r)
		}
		return
	}
	before := -1 // in t.runs
	active := func(s *Second) bool { return sum(s.Count) >= voiceRate }
	for i := 0; i < len(data); {
		if !active(&data[i]) {
			i++
			continue
		}
		j, seconds := i+1, 1 // data[i:j] is the stretch
		for k := j; k < len(data) && int64(data[k].At)-int64(data[j-1].At) <= talkGap; k++ {
			if active(&data[k]) {
				j = k + 1
				seconds++
			}
		}
		r := t.runFrom(n, data, i, j)
		if t.enough(c, &r, seconds) {
			if before >= 0 {
				b := &t.runs[before]
				if h, ok := t.holdBetween(c, data, b.to, r.at); ok {
					b.hold, r.before = h, 0
				}
			}
			if t.keep(&r) {
				before = len(t.runs) - 1
			}
		}
		i = j
	}
	if before >= 0 && t.runs[before].hold.n == 0 {
		b := &t.runs[before]
		end := b.to
		for _, s := range data { // as far as it goes on without a pause
			if s.At > end && int64(s.At)-int64(end) <= talkGap && sum(s.Count) < voiceRate {
				end = s.At
			}
		}
		if h, ok := t.holdBetween(c, data, b.to, end+1); ok && end < 1<<30 {
			b.hold = h
		}
	}
	if before < 0 && !c.f.TCP && c.f.Class == "skype.udp" {
		t.slowFile(n, data)
	}
}

// slowFile looks for a transfer too slow for a stretch of media.
func (t *teller) slowFile(n int32, data []Second) {
	for i := 0; i < len(data); {
		j := i + 1
		for j < len(data) && int64(data[j].At)-int64(data[j-1].At) < talkGap {
			j++
		}
		if r := t.runFrom(n, data, i, j); r.all() > filePackets && r.ratio() > 0 && r.ratio() < 0.5 {
			t.keep(&r)
		}
		i = j
	}
}

func sum(n [2]uint32) uint64 { return uint64(n[0]) + uint64(n[1]) }

// runFrom adds up seconds.
func (t *teller) runFrom(n int32, data []Second, from, to int) run {
	c := &t.convs[n]
	r := run{conv: n, tcp: c.f.TCP, timed: true, before: -1}
	if from >= to {
		return r
	}
	r.at, r.to = data[from].At, data[to-1].At
	r.start = min(later(c.f.Start, int64(r.at)*second), c.f.End)
	r.end = min(later(c.f.Start, (int64(r.to)+1)*second), c.f.End)
	for i := range data[from:to] {
		s := &data[from+i]
		for side := range 2 {
			dir := side ^ int(c.side)
			r.n[dir] += uint64(s.Count[side])
			r.bytes[dir] += uint64(s.Bytes[side])
			r.small += uint64(s.Small[side])
		}
		if sum(s.Count) > 0 && len(r.packets) < maxPackets-1 {
			r.packets = append(r.packets, s.First)
		}
	}
	r.packets = append(r.packets, data[to-1].Last)
	return r
}

// enough reports whether a stretch is one of media.
func (t *teller) enough(c *conv, r *run, seconds int) bool {
	if !c.f.TCP {
		return seconds >= voiceSeconds
	}
	mean := float64(r.bytes[0]+r.bytes[1]) / float64(max(1, r.all()))
	return seconds >= tcpSeconds && r.bytes[0]+r.bytes[1] > tcpBytes && mean >= tcpMeanLow && mean <= tcpMeanHigh && r.ratio() > 0.5
}

// keep sorts a run and keeps it; there is a bound on how many there are.
func (t *teller) keep(r *run) bool {
	c := &t.convs[r.conv]
	switch q := r.ratio(); {
	case c.f.Class == "skype.e2o":
		r.kind = runPhone
	case q == 0:
		r.kind = runOneWay
	case q < 0.5 && r.all() > filePackets:
		r.kind = runFile
	}
	if len(t.runs) >= 8*MaxPhases {
		t.lost++
		return false
	}
	t.runs = append(t.runs, *r)
	return true
}

// holdBetween looks at the seconds between two, both left out.
func (t *teller) holdBetween(c *conv, data []Second, from, to int32) (h hold, ok bool) {
	i, _ := slices.BinarySearchFunc(data, from+1, func(s Second, at int32) int { return cmp.Compare(s.At, at) })
	for ; i < len(data) && data[i].At < to; i++ {
		s := &data[i]
		h.n += sum(s.Count) + sum(s.Small)
		if len(h.packets) < maxPackets {
			h.packets = append(h.packets, s.First)
		}
	}
	if h.n == 0 {
		return h, false
	}
	h.seconds = to - from - 1
	h.start = min(later(c.f.Start, (int64(from)+1)*second), c.f.End)
	h.end = min(later(c.f.Start, int64(to)*second), c.f.End)
	rate := float64(h.n) / float64(max(1, h.seconds))
	return h, h.seconds >= holdSeconds && rate >= holdLow && rate <= holdHigh
}

const doubtMedia = "No public capture holds a real call: that messages of function d carry voice rests on papers, which cannot tell it from video, chat or files"

// emitRun ends the phase of a run.
func (t *teller) emitRun(d *draft, r *run, confidence, text, doubt string) {
	t.addRun(d, r)
	d.p.Media = r.kind == runCall || r.kind == runOneWay || r.kind == runPhone
	d.emit(confidence, text, doubt)
}

func (t *teller) addRun(d *draft, r *run) {
	d.conv(r.conv)
	d.packets = append(d.packets, r.packets...)
	d.more += int(min(max(r.all(), uint64(len(r.packets)))-uint64(len(r.packets)), 1<<31))
	if r.timed {
		d.moment(r.start)
		d.moment(r.end)
	}
}

// flowed describes a run: how much, how long, how often.
func (r *run) flowed(what string) string {
	text := plural(int(r.all()), what)
	if r.timed {
		text += " in " + span(clock(r.start, r.end))
		if r.n[0] > 0 && r.n[1] > 0 {
			text += fmt.Sprintf(", %.0f a second out with %d bytes each and %.0f a second back with %d",
				float64(r.n[0])/r.seconds(), r.bytes[0]/r.n[0], float64(r.n[1])/r.seconds(), r.bytes[1]/r.n[1])
		} else {
			text += fmt.Sprintf(", %.0f a second with %d bytes each", float64(r.all())/r.seconds(), (r.bytes[0]+r.bytes[1])/max(1, r.all()))
		}
	}
	return text
}

// solid is the confidence that the numbers of a run allow.
func (t *teller) solid(r *run) string {
	if r.all() <= voicePackets || !r.timed || t.convs[r.conv].f.Word == "weak" {
		return "weak"
	}
	return "strong"
}

func tellMedia(t *teller) {
	for i := range t.runs {
		r := &t.runs[i]
		if r.tcp || r.kind != runCall && r.kind != runOneWay {
			continue
		}
		c := &t.convs[r.conv]
		d := t.begin(c.near)
		text := fmt.Sprintf("%s and %s exchanged %s: voice or video", t.name(c.near), c.farEnd(), r.flowed("data message"))
		confidence := t.solid(r)
		if r.kind == runOneWay {
			d.p.Title = "Media one way"
			from, to := t.name(c.near), c.farEnd()
			if r.n[0] == 0 {
				from, to = to, from
			}
			text = fmt.Sprintf("%s sent %s %s, and nothing came the other way on this conversation, as Adami et al. found for relayed calls", from, to, r.flowed("data message"))
			confidence = "weak"
		}
		t.emitRun(d, r, confidence, text, doubtMedia)
	}
}

func tellMediaTCP(t *teller) {
	for i := range t.runs {
		r := &t.runs[i]
		if !r.tcp {
			continue
		}
		c := &t.convs[r.conv]
		confidence, doubt := "weak", "Only rhythm and size speak for a call, and few segments of 4 bytes come with it"
		if r.small > tcpPings {
			confidence, doubt = "strong", "Only rhythm and size speak for a call"
		}
		t.emitRun(t.begin(c.near), r, confidence,
			fmt.Sprintf("%s and %s exchanged %s over TCP, as in a call where UDP is blocked", t.name(c.near), c.farEnd(), r.flowed("segment")), doubt)
	}
}

func tellHold(t *teller) {
	for i := range t.runs {
		r := &t.runs[i]
		if r.hold.n == 0 || r.kind == runFile {
			continue
		}
		c, h := &t.convs[r.conv], &r.hold
		d := t.begin(c.near)
		d.conv(r.conv)
		d.packets = append(d.packets, h.packets...)
		d.more = int(min(h.n-min(h.n, uint64(len(h.packets))), 1<<31))
		d.moment(h.start)
		d.moment(h.end)
		resumed := i+1 < len(t.runs) && t.runs[i+1].before == int32(i)
		rate := float64(h.n) / float64(max(1, h.seconds))
		text := fmt.Sprintf("for %s only %s a second went between %s and %s, where voice would go on even in silence: one side holds the line",
			span(int64(h.seconds)*second), plural(int(rate+0.5), "message"), t.name(c.near), c.farEnd())
		confidence, doubt := "strong", "One source, of 2004, gives about 3 messages a second for a held call"
		if !resumed {
			confidence, doubt = "weak", "The voice does not come back in this capture, so that the call may as well be over"
		}
		d.emit(confidence, text, doubt)
	}
}

func tellResume(t *teller) {
	for i := range t.runs {
		r := &t.runs[i]
		if r.before < 0 || r.kind == runFile {
			continue
		}
		c := &t.convs[r.conv]
		d := t.begin(c.near)
		d.conv(r.conv)
		d.packets = append(d.packets, r.packets[0])
		d.moment(r.start)
		d.emit("strong", fmt.Sprintf("after %s of hold the media between %s and %s went on", span(int64(t.runs[r.before].hold.seconds)*second), t.name(c.near), c.farEnd()), "")
	}
}

func tellFile(t *teller) {
	for i := range t.runs {
		r := &t.runs[i]
		if r.kind != runFile || r.tcp {
			continue
		}
		c := &t.convs[r.conv]
		from, to := t.name(c.near), c.farEnd()
		if r.bytes[1] > r.bytes[0] {
			from, to = to, from
		}
		d := t.begin(c.near)
		t.emitRun(d, r, "weak", fmt.Sprintf("%s sent %s %.0f times as many bytes as came back, in %s: a file rather than a call",
			from, to, 1/max(r.ratio(), 1e-9), r.flowed("data message")), "The asymmetry is all that speaks for it, by one paper; a call with video on one side looks the same")
	}
}

func tellConference(t *teller) {
	by := map[int32][]int32{} // host: its calls
	for i := range t.runs {
		if r := &t.runs[i]; r.kind == runCall && r.timed && !r.tcp {
			c := &t.convs[r.conv]
			by[c.near] = append(by[c.near], int32(i))
			by[c.far] = append(by[c.far], int32(i))
		}
	}
	hosts := make([]int32, 0, len(by))
	for h := range by {
		hosts = append(hosts, h)
	}
	slices.Sort(hosts)
	for _, h := range hosts {
		rs := by[h]
		order.Stable(rs, func(a, b int32) int { return cmp.Compare(t.runs[a].start, t.runs[b].start) })
		for i := 0; i < len(rs); {
			end := t.runs[rs[i]].end
			j := i + 1
			for j < len(rs) && clock(t.runs[rs[j]].start, min(end, t.runs[rs[j]].end)) >= overlapSeconds*second {
				end = max(end, t.runs[rs[j]].end)
				j++
			}
			t.conference(h, rs[i:j])
			i = j
		}
	}
}

// conference tells of calls of one host that run at the same time.
func (t *teller) conference(h int32, rs []int32) {
	var names []string
	others := map[int32]bool{}
	// The time in which all of the first two go on at least.
	for _, i := range rs {
		c := &t.convs[t.runs[i].conv]
		far, end := c.far, c.farEnd()
		if far == h {
			far, end = c.near, t.hosts[c.near].name
		}
		if !others[far] {
			others[far] = true
			names = append(names, end)
		}
	}
	if len(others) < 2 {
		return
	}
	d := t.begin(h)
	d.p.Media = true
	most, begin, end := 0, int64(0), int64(0)
	for _, i := range rs { // the busiest moment: just when one of them begins
		at := t.runs[i].start
		n, until := 0, t.runs[i].end
		for _, k := range rs {
			if r := &t.runs[k]; r.start <= at && r.end > at {
				n++
				until = min(until, r.end)
			}
		}
		if n > most {
			most, begin, end = n, at, until
		}
		t.addRun(d, &t.runs[i])
	}
	who := t.hosts[h].name
	if t.hosts[h].client {
		who = t.name(h)
	}
	if len(names) > 4 {
		names = []string{plural(len(names), "other host")}
	}
	mesh := false
	for i := range t.runs {
		c := &t.convs[t.runs[i].conv]
		if t.runs[i].kind == runCall && others[c.near] && others[c.far] && t.runs[i].start < end && t.runs[i].end > begin {
			mesh = true
		}
	}
	text := fmt.Sprintf("%s exchanged as much as it received with %s at the same time, for %s", who, list(names...), span(clock(begin, end)))
	confidence, doubt := "strong", "Two calls at the same time would look alike"
	if mesh {
		text += "; but these also spoke with each other, so that nobody mixes for all, which is not how conferences are described"
		confidence = "weak"
	} else {
		text += ": it mixes the voices of a conference, and the others send to it alone"
	}
	d.emit(confidence, text, doubt)
}

func tellPhone(in bool) func(*teller) {
	return func(t *teller) {
		for i := range t.runs {
			r := &t.runs[i]
			c := &t.convs[r.conv]
			if r.kind != runPhone || (c.side != 0) != in {
				continue
			}
			d := t.begin(c.near)
			if n := t.contacted(c, r); n >= 0 {
				d.opening(n, 4)
			}
			text := fmt.Sprintf("%s called a telephone by way of the gateway %s: %s that carry a connection id in place of a Start of Message", t.name(c.near), c.farEnd(), r.flowed("datagram"))
			confidence, doubt := t.solid(r), "No public capture holds such a call; what is known of it rests on papers"
			if in {
				text = fmt.Sprintf("the gateway %s began to send to %s, so that a telephone seems to call it: %s with a connection id in place of a Start of Message", c.farEnd(), t.name(c.near), r.flowed("datagram"))
				confidence, doubt = "weak", "Who called is told from the first packet only, and calls from telephones have not been published by themselves"
			}
			if len(d.packets) > 0 {
				text += "; a conversation with false TLS records came before"
			}
			t.emitRun(d, r, confidence, text, doubt)
		}
	}
}

// contacted is a conversation of false TLS records shortly before a call to a telephone, or -1.
func (t *teller) contacted(c *conv, r *run) int32 {
	if !r.timed {
		return -1
	}
	hs := t.hosts[c.near].convs
	for _, n := range hs[:min(len(hs), setupLook)] {
		x := &t.convs[n]
		if x.near != c.near || x.f.Talk != "login" && x.f.Talk != "event" {
			continue
		}
		if i, ok := t.opening(n); ok && !t.in.Events[i].NoTime && t.time(i) <= r.start && clock(t.time(i), r.start) <= setupTime {
			return n
		}
	}
	return -1
}

// phoneAsks are the conversations of false TLS records that came shortly before a call to a
// telephone.
func (t *teller) phoneAsks() map[int32]bool {
	if t.phone != nil {
		return t.phone
	}
	asks := map[int32]bool{}
	for i := range t.runs {
		if r := &t.runs[i]; r.kind == runPhone && len(asks) < maxOfKind {
			if n := t.contacted(&t.convs[r.conv], r); n >= 0 {
				asks[n] = true
			}
		}
	}
	t.phone = asks
	return asks
}
