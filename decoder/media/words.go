package media

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"somscope/decoder/field"
)

// A direction is what the remarks look at of one direction of a call.
type direction struct {
	back      bool
	voice     float64 // seconds of voice
	voiceRate float64 // bytes a second while there is voice
	bytes     float64 // of all
	messages  int
	even, all int // seconds of voice with the same pace, of how many
	hold      float64
	holdPace  float64 // messages a second on hold
	pauses    int     // stops of two seconds and more between two stretches of voice
	pace      float64 // ms, of the longest voice
	mean      float64 // bytes, of the longest voice
	narrow    float64 // share of the belief in codecs of the telephone's band, by time
	wide      float64
	bulk      float64
	video     bool
	poor      bool // no point fits the longest voice
}

func (d *direction) name() string {
	if d.back {
		return "from B to A"
	}
	return "from A to B"
}

func (a *analyst) direction(r *Report, i int) direction {
	d := direction{back: i == 1}
	longest := -1.0
	var voiceBytes, held float64
	for j := range r.Segments[i] {
		g := &r.Segments[i][j]
		span := float64(g.To-g.From) / 1e9
		d.bytes += g.Mean * float64(g.Messages)
		d.messages += g.Messages
		switch g.Kind {
		case Voice:
			d.voice += span
			voiceBytes += g.Rate * span
			if span > longest {
				longest = span
				d.pace, d.mean = g.Gap, g.Mean
			}
			if j < len(a.seen[i]) {
				k := &a.seen[i][j]
				d.even += k.even
				d.all += k.all
				if span == longest {
					d.poor = k.none > 0.5
				}
			}
			for f := range g.Fits {
				if g.Fits[f].narrow() {
					d.narrow += g.Fits[f].Share * span
				} else {
					d.wide += g.Fits[f].Share * span
				}
			}
		case Hold:
			d.hold += span
			held += float64(g.Messages)
		case Quiet:
			if j > 0 && j+1 < len(r.Segments[i]) && span >= 2 && r.Segments[i][j-1].Kind == Voice && r.Segments[i][j+1].Kind == Voice {
				d.pauses++
			}
		case Bulk:
			d.bulk += span
			if j < len(a.seen[i]) && a.seen[i][j].z.video > 0.1 {
				d.video = true
			}
		}
	}
	if d.voice > 0 {
		d.voiceRate = voiceBytes / d.voice
		d.narrow /= d.voice
		d.wide /= d.voice
	}
	if d.hold > 0 {
		d.holdPace = held / d.hold
	}
	return d
}

// bothQuiet is the longest time between two stretches of voice when nothing came in either
// direction: where it begins and how long it is, in ns.
func bothQuiet(r *Report) (at, span int64) {
	stops := func(list []Segment, i int) bool {
		return i > 0 && i+1 < len(list) && list[i].Kind == Quiet && list[i].Messages == 0 && list[i-1].Kind == Voice && list[i+1].Kind == Voice
	}
	a, b := r.Segments[0], r.Segments[1]
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if stops(a, i) && stops(b, j) {
			from, to := max(a[i].From, b[j].From), min(a[i].To, b[j].To)
			if to-from > span {
				at, span = from, to-from
			}
		}
		if a[i].To < b[j].To {
			i++
		} else {
			j++
		}
	}
	return at, span
}

// Enough voice for a remark, in seconds.
const enoughVoice = 5

// words are the remarks that this call's data support.
func (a *analyst) words(r *Report) []Remark {
	ds := [2]direction{a.direction(r, 0), a.direction(r, 1)}
	var out []Remark
	add := func(title, text string, trust field.Trust, cite ...field.Cite) {
		out = append(out, Remark{Title: title, Text: text, Cite: cite, Trust: trust})
	}
	var voice []*direction
	for i := range ds {
		if ds[i].voice >= enoughVoice {
			voice = append(voice, &ds[i])
		}
	}
	bs04 := func(where string) field.Cite { return field.Cite{Key: "bs04", Where: where} }
	seed, bon, tstat, ours := field.Cite{Key: "seed"}, field.Cite{Key: "bon", Where: "§4.2"}, field.Cite{Key: "tstat"}, field.Cite{Key: "somscope"}

	if len(voice) > 0 {
		a.silence(voice, add, bs04("§4.5.1"), seed, ours)
		a.rates(voice, add, bs04("§4.5"), bs04("§4.5.4"), seed)
	}
	for i := range ds {
		if d := &ds[i]; d.hold >= 3 {
			add("On hold", "For "+figure(d.hold, 0)+" seconds "+d.name()+" there were "+figure(d.holdPace, 1)+" messages a second; a held call of client 0.97 sent three, which keeps the way through a NAT open.",
				field.Inferred, bs04("§4.5.2"), seed)
			break
		}
	}
	if at, span := bothQuiet(r); span > 3*second {
		add("Nothing either way", "For "+seconds(span)+", from "+seconds(at-r.Begin)+" of the call on, nothing came in either direction: a pause, or a loss of everything. A held call of client 0.97 would send three messages a second meanwhile.",
			field.Inferred, bs04("§4.5.2"), ours)
	}
	if r.Carrier == E2O && len(voice) > 0 {
		d := voice[0]
		text := "Calls to telephones were seen to send some 29 bytes each 20 ms; here it is " + figure(d.mean, 0) + " bytes each " + figure(d.pace, 0) + " ms."
		if math.Abs(d.pace-20) < 3 {
			text += " G.729, which the paper found to be preferred for such calls, makes 20 bytes in 20 ms."
		}
		add("To a telephone", text, field.Inferred, tstat, field.Cite{Key: "bon"})
	}
	a.band(r.Carrier, voice, add, bs04("§4.5.3"), seed, ours)
	a.changes(r, func(x Remark) { out = append(out, x) }, bon, ours)
	a.balance(ds[:], add, field.Cite{Key: "ada"})
	for _, d := range voice {
		if d.poor {
			add("Outside of the model", "The sizes and the pace "+d.name()+" fit no working point of 2007. The model knows neither SVOPC nor SILK, which came with later clients, nor two streams in one flow.", field.Inferred, bon, ours)
			break
		}
	}
	for i := range ds {
		if d := &ds[i]; d.bulk > 0 {
			text := "Some of what goes " + d.name() + " is larger, or more, than a voice: a file, a picture or several streams at once, which look alike from outside."
			if d.video {
				text = "More than a tenth of the messages in a part of what goes " + d.name() + " have 400 to 490 or 800 to 980 bytes, which Tstat takes for video; a codec at a high rate with repeated blocks has such sizes, too."
			}
			add("More than voice", text, field.Inferred, tstat, ours)
			break
		}
	}
	if r.Left > 0 {
		add("Not all of it", "Of this call "+strconv.Itoa(MaxMessages)+" messages were looked at; "+strconv.Itoa(r.Left)+" more were left out.", field.Specified, ours)
	}
	if r.Untimed > 0 {
		add("Without time", count(r.Untimed, "message")+" of this call "+isAre(r.Untimed)+" without a time in the capture, and only the size could be used.", field.Specified, ours)
	}
	return out
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

type adder func(title, text string, trust field.Trust, cite ...field.Cite)

// silence tells whether the pace ever stops.
func (a *analyst) silence(voice []*direction, add adder, cite ...field.Cite) {
	even, all, pauses := 0, 0, 0
	var each []string
	for _, d := range voice {
		even, all, pauses = even+d.even, all+d.all, pauses+d.pauses
		each = append(each, d.name()+" in "+strconv.Itoa(d.even)+" of "+strconv.Itoa(d.all))
	}
	seen := strings.Join(each, " and ") + " whole seconds of voice"
	if all < enoughVoice {
		return
	}
	share := float64(even) / float64(all)
	would := "With silence suppression there would be gaps of seconds whenever somebody listens, and in them a message of comfort noise now and then."
	switch {
	case share >= 0.9 && pauses == 0:
		add("No silence suppression", "The messages came at the same pace "+seen+". Nobody speaks all the time, so silence is sent as speech is. "+would, field.Inferred, cite...)
	case pauses > 0:
		add("Pauses", "The messages stop "+times(pauses)+" for two seconds or more between two stretches of voice. Client 0.97 did not do so when nobody spoke, so these may be losses, a mute key or another client. "+would, field.Inferred, cite...)
	default:
		add("An uneven pace", "The messages came at the same pace only "+seen+", which loss or jitter may explain. "+would, field.Inferred, cite...)
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

func kilo(x float64) string { return figure(x/1000, 2) + " kB/s" }

// rates compares the rate with what was published.
func (a *analyst) rates(voice []*direction, add adder, usual, floor, seed field.Cite) {
	low, high := math.Inf(1), 0.0
	for _, d := range voice {
		low, high = min(low, d.voiceRate), max(high, d.voiceRate)
	}
	text := "A direction of voice takes " + kilo(low)
	if high > 1.1*low {
		text = "The directions of voice take " + kilo(low) + " and " + kilo(high)
	}
	switch {
	case low >= 3000 && high <= 16000:
		text += ", within the 3 to 16 kB/s that Skype named"
	case low < 3000:
		text += ", less than the 3 to 16 kB/s that Skype named"
	default:
		text += ", more than the 3 to 16 kB/s that Skype named"
	}
	switch {
	case low < 1500:
		text += "; below 1.5 kB/s a call of client 0.97 could not be understood any more."
	case low < 2000:
		text += "; with 2 kB/s a call of client 0.97 could still be understood, with 1.5 kB/s no longer."
	case math.Abs(low-4700) < 500:
		text += ". Client 0.97 took about as much: 5 kB/s, in messages of 67 bytes."
	default:
		text += ". A call of client 0.97 took 5 kB/s, in messages of 67 bytes, and could still be understood with 2 kB/s."
	}
	add("Rate", text, field.Measured, usual, floor, seed)
}

// band holds the codecs that fit to the band that was heard through Skype.
func (a *analyst) band(c Carrier, voice []*direction, add adder, cite ...field.Cite) {
	if c == E2O || len(voice) == 0 {
		return
	}
	var narrow, wide float64
	for _, d := range voice {
		narrow, wide = narrow+d.narrow, wide+d.wide
	}
	const unseen = " The band itself cannot be seen from sizes: it is that of the codec which fits them."
	narrow, wide = narrow/float64(len(voice)), wide/float64(len(voice))
	switch {
	case narrow > 0.7:
		add("Which band", "What fits best here is a codec of the telephone's band, up to 4000 Hz. Through a call of client 0.97 tones of 50 to 8000 Hz were heard, which takes a codec of a wide band such as iSAC; between two clients such a fit asks for a reason, be it a later client or DisableCodecs."+unseen, field.Inferred, cite...)
	case wide > 0.7:
		add("Which band", "What fits best here is a codec of a wide band, as the 50 to 8000 Hz ask for that were heard through a call of client 0.97; iLBC and G.729 end at 4000 Hz."+unseen, field.Inferred, cite...)
	}
}

// alike is how far apart the same change may be in the two directions, in ns.
const alike = 3 * second / 2

// changesOf are the changes of the voice of a direction: wherever two stretches of voice meet, and
// where another point fits best behind a pause or a hold.
func (a *analyst) changesOf(r *Report, dir int) []Change {
	var out []Change
	list, last := r.Segments[dir], -1
	best := func(i int) *Fit {
		if i < len(a.seen[dir]) && a.seen[dir][i].none > 0.5 {
			return nil
		}
		return &list[i].Fits[0]
	}
	for i := range list {
		g := &list[i]
		if g.Kind != Voice || len(g.Fits) == 0 {
			continue
		}
		if last >= 0 {
			c := Change{At: g.From, Back: dir == 1, From: best(last), To: best(i)}
			if last == i-1 {
				c.Why = g.Why
			}
			if c.Why != "" || !same(c.From, c.To) {
				out = append(out, c)
			}
		}
		last = i
	}
	return out
}

// same reports whether two fits are of the same working point.
func same(a, b *Fit) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Codec == b.Codec && a.Kbits == b.Kbits && a.Ms == b.Ms && a.RF == b.RF
}

// changes tells of adaptation.
func (a *analyst) changes(r *Report, add func(Remark), cite ...field.Cite) {
	all, back := a.changesOf(r, 0), a.changesOf(r, 1)
	n := len(all)
	for _, c := range back {
		at := n
		for i := range all[:n] {
			if x := &all[i]; !x.Both && same(x.From, c.From) && same(x.To, c.To) && max(x.At-c.At, c.At-x.At) <= alike {
				at = i
				break
			}
		}
		if at < n {
			all[at].Both, all[at].At = true, min(all[at].At, c.At)
			continue
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	rate, blocks := "", ""
	for i := range all {
		p, q := all[i].From, all[i].To
		if p == nil || q == nil || p.Codec != q.Codec {
			continue
		}
		if p.Kbits != q.Kbits && p.RF == q.RF && rate == "" {
			rate = " Where only the rate of " + p.Codec + " changes, it is as in the paper, where that goes from 10 to 32 kbit/s."
		}
		if p.RF != q.RF && blocks == "" {
			blocks = " Where only the number of blocks a message changes, it is as in the model, where old blocks are repeated against loss."
		}
	}
	add(Remark{Title: "Adaptation", Text: "Sizes or pace of the voice change " + times(len(all)) + " during the call." + rate + blocks,
		Trust: field.Inferred, Cite: cite, Changes: all})
}

// balance compares the directions.
func (a *analyst) balance(ds []direction, add adder, cite ...field.Cite) {
	if ds[0].messages+ds[1].messages < 95 {
		return
	}
	few, many := &ds[0], &ds[1]
	if few.bytes > many.bytes {
		few, many = many, few
	}
	if many.bytes == 0 {
		return
	}
	ratio := few.bytes / many.bytes
	switch {
	case ratio == 0:
		add("One way only", "All messages go "+many.name()+". A published rule takes this for a call that another node relays, whose other half takes another way; a capture that sees one way only looks the same.", field.Inferred, cite...)
	case ratio < 0.5:
		add("Not the same both ways", "What goes "+few.name()+" is "+percent(ratio)+" of what goes "+many.name()+"; below a half, a published rule takes it for a file, not for a call.", field.Inferred, cite...)
	}
}
