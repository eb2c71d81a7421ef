package media

import (
	"math"
	"strconv"
	"strings"
)

// explain picks the points of a ranking that are worth naming and says what speaks for and
// against each.
func (a *analyst) explain(r *ranking, k *known) []Fit {
	n := r.listed()
	if k.z.n < minFit {
		n = 0
	}
	out := make([]Fit, n)
	copy(out, r.fits)
	for i := range out {
		f := &out[i]
		var doubt []string
		no := func(s string) { doubt = append(doubt, s) }
		yes := func(s string) { f.Why = append(f.Why, s) }

		off := k.z.mean - f.Size
		told := "messages are " + sizeWords(&k.z) + ", expected " + figure(f.Size, 1)
		switch by := math.Abs(off); {
		case by <= 0.6:
			yes(told)
		case by <= 2.5*f.meanDev(k.z.dev):
			yes(told)
			more := "more"
			if off < 0 {
				more = "fewer"
			}
			why := "the headers are known to a byte or two only"
			switch {
			case f.Variable && k.z.dev > evenDev:
				why = "its rate lies between those of the table"
			case f.RF > 1:
				why = "each block has headers, known to a byte or so only"
			}
			yes(figure(by, 1) + " " + unit(by, "byte") + " " + more + " than expected may be: " + why)
		case f.Variable && k.z.dev > evenDev:
			no(told + ": far off even for a rate between those of the table")
		default:
			no(told + ": further off than the headers are thought to be")
		}

		switch t := &k.pace; {
		case t.ms == 0:
			no("the pace is not known")
		case !t.clock:
			no("the messages come in bursts, not by a clock")
		case math.Abs(t.ms-f.Ms) <= max(2.5*gapDev, 0.2*t.dev):
			yes("one comes every " + fixed(t.ms, 1) + " ms, as long as its block")
		default:
			no("one comes every " + fixed(t.ms, 1) + " ms, but its block lasts " + figure(f.Ms, 1))
		}

		switch dev := k.z.dev; {
		case k.z.n < 10:
		case !f.Variable && dev < 2.5:
			yes("sizes hardly vary, as of a constant rate")
		case !f.Variable && dev > 4:
			no("sizes spread by " + figure(dev, 1) + " bytes, which a constant rate does not make")
		case f.Variable && dev > 3:
			yes("sizes spread by " + figure(dev, 1) + " bytes, as of a rate that varies")
		case f.Variable && dev < 2:
			no("the messages are all equally long, which a varying rate hardly makes")
		}
		if f.RF > 1 {
			yes("besides the new block it repeats " + strconv.Itoa(f.RF-1) + " before, against loss")
		}

		// What it cannot be told from.
		var others []string
		for j := range r.fits[:min(len(r.fits), maxFits)] {
			o := &r.fits[j]
			switch {
			case i == j:
			case o.Size == f.Size && o.Ms == f.Ms && o.Variable == f.Variable:
				s := "cannot be told from " + o.String() + ": same size and pace"
				if i < j && f.Codec == "EG.711" && o.Codec == "PCM" {
					s += "; it stands first only because EG.711 was how Skype's own engine carried G.711"
				}
				no(s)
			case i == 0 && o.Share >= 0.05 && o.Share > 0.1*f.Share:
				others = append(others, o.String()+" ("+percent(o.Share)+")")
			}
		}
		if len(others) > 0 {
			no("not excluded: " + strings.Join(others[:min(len(others), 3)], ", "))
		}
		if k.none > 0.5 {
			no("that none of the points is meant is likelier (" + percent(k.none) + ")")
		}
		if k.z.n < window {
			no("only " + count(k.z.n, "message") + " to go by")
		}
		f.Doubt = strings.Join(doubt, "; ")
	}
	return out
}

func unit(n float64, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}

// sizeWords is "63.0 bytes ± 0.3", "63 bytes" where all are the same.
func sizeWords(z *sizes) string {
	s := fixed(z.mean, 1) + " bytes ± " + fixed(z.dev, 1)
	if z.low == z.high {
		s = strconv.Itoa(int(z.low)) + " bytes"
	}
	if z.stray > 0 {
		s += " (" + strconv.Itoa(z.stray) + " of other sizes left out)"
	}
	return s
}

// say writes the sentence of a segment and what changed before it.
func (a *analyst) say(list []Segment, i int, k *known) {
	g := &list[i]
	span := seconds(g.To - g.From)
	switch g.Kind {
	case Quiet:
		switch {
		case g.Early && g.Messages > 0:
			g.Says = count(g.Messages, "message") + " in " + span + ", before any voice of either direction: the call is being set up."
		case g.Messages == 0:
			g.Says = "Nothing came for " + span + "."
		default:
			g.Says = count(g.Messages, "message") + " in " + span + ": too few for anything to be said."
		}
	case Hold:
		g.Says = count(g.Messages, "message") + " in " + span + ", " + figure(pacePerSecond(g), 1) + " a second, as of a call on hold: three a second were measured."
	case Bulk:
		g.Says = count(g.Messages, "message") + " of " + sizeWords(&k.z) + ", " + figure(g.Rate/1000, 1) + " kB/s"
		switch {
		case k.z.video > 0.1 && k.z.mean < 1000:
			g.Says += ": Tstat would count it as video, as " + percent(k.z.video) + " of the messages have its sizes."
		case k.z.mean >= 1000:
			g.Says += ": full messages, as of a file."
		default:
			g.Says += ": more than one voice takes."
		}
		if k.none > 0.5 {
			g.Fits = nil
		}
	case Voice:
		g.Says = count(g.Messages, "message") + " of " + sizeWords(&k.z)
		if k.pace.clock {
			g.Says += ", one every " + fixed(g.Gap, 1) + " ms"
		}
		if g.Missing >= 0.001 {
			g.Says += ", " + percent(g.Missing) + " more seem to be lost"
		}
		switch {
		case len(g.Fits) == 0:
			g.Says += ": too few for a working point."
		case k.none > 0.5:
			g.Says += ": no working point fits well, " + g.Fits[0].String() + " comes nearest."
		default:
			n := 1
			g.Says += ": " + g.Fits[0].String() + " (" + percent(g.Fits[0].Share) + ")"
			for n < len(g.Fits) && n < 3 && (n == 1 || g.Fits[n].Share >= 0.01) {
				g.Says += ", or " + g.Fits[n].String() + " (" + percent(g.Fits[n].Share) + ")"
				n++
			}
			g.Says += "."
		}
	}
	if i > 0 {
		g.Why = change(&list[i-1], g)
	}
}

// change says what is different from the segment before.
func change(a, b *Segment) string {
	switch {
	case b.Kind == Quiet && b.Messages == 0:
		return "the messages stop"
	case a.Kind == Quiet && a.Messages == 0:
		return "the messages begin again"
	case a.Kind != b.Kind && (b.Kind == Hold || b.Kind == Quiet):
		return "from " + figure(pacePerSecond(a), 1) + " messages a second to " + figure(pacePerSecond(b), 1)
	case a.Kind == Hold || a.Kind == Quiet:
		return "from " + figure(pacePerSecond(a), 1) + " messages a second to " + figure(pacePerSecond(b), 1)
	}
	var what []string
	if math.Abs(a.Mean-b.Mean) > 1 {
		what = append(what, "messages of "+figure(b.Mean, 0)+" bytes instead of "+figure(a.Mean, 0))
	}
	if math.Abs(a.Gap-b.Gap) > 2 {
		what = append(what, "one every "+figure(b.Gap, 0)+" ms instead of "+figure(a.Gap, 0))
	}
	if r := (a.Dev + 2) / (b.Dev + 2); r > 2 || r < 0.5 {
		what = append(what, "sizes spread by "+figure(b.Dev, 1)+" bytes instead of "+figure(a.Dev, 1))
	}
	return strings.Join(what, ", ")
}

func pacePerSecond(g *Segment) float64 {
	if g.To <= g.From {
		return 0
	}
	return float64(g.Messages) / (float64(g.To-g.From) / 1e9)
}

// seconds writes a time in ns: "12.3 s", "4 min 10 s".
func seconds(ns int64) string {
	s := float64(ns) / 1e9
	switch {
	case s < 120:
		return figure(s, 1) + " s"
	case s < 7200:
		return strconv.Itoa(int(s/60)) + " min " + strconv.Itoa(int(s)%60) + " s"
	}
	return figure(s/3600, 1) + " h"
}
