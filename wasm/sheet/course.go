package sheet

import (
	"strings"

	"somscope/decoder/media"
)

// What an encrypted call seems to be, one thing after the other: the list of streams and the
// first sentence of the sheet say the same, with the shares of the table.

// maxSteps is how many steps of a direction are named.
const maxSteps = 3

// A step is a stretch of a direction in which one working point fits best.
type step struct {
	fit      *media.Fit // of its longest segment
	poor     bool       // that it is none of the working points is more likely than that it is one
	messages int
}

// steps are what fits best one after the other in a direction. Only voice counts where there is
// any.
func steps(list []media.Segment) []step {
	voice := false
	for i := range list {
		voice = voice || list[i].Kind == media.Voice && len(list[i].Fits) > 0
	}
	var out []step
	for i := range list {
		s := &list[i]
		if len(s.Fits) == 0 || voice && s.Kind != media.Voice {
			continue
		}
		sum := 0.0
		for j := range s.Fits {
			sum += s.Fits[j].Share
		}
		one := step{&s.Fits[0], sum < .5, s.Messages}
		n := len(out)
		if n == 0 || FitName(out[n-1].fit) != FitName(one.fit) || out[n-1].poor != one.poor {
			out = append(out, one)
		} else if last := &out[n-1]; one.messages > last.messages {
			*last = one
		}
	}
	return out
}

func alike(a, b []step) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if FitName(a[i].fit) != FitName(b[i].fit) || a[i].poor != b[i].poor {
			return false
		}
	}
	return true
}

func messages(list []step) int {
	n := 0
	for i := range list {
		n += list[i].messages
	}
	return n
}

// courseOf names what fits a call, in order of time: both directions in one where they agree.
// short is for a cell of the list, with a question mark after each guess; otherwise it is a
// clause. It is "" when nothing was held against working points.
func courseOf(r *media.Report, short bool) string {
	if r == nil {
		return ""
	}
	ways := [2][]step{steps(r.Segments[0]), steps(r.Segments[1])}
	a, b := ways[0], ways[1]
	switch {
	case len(a) == 0 && len(b) == 0:
		return ""
	case len(a) == 0:
		a = b
	case len(b) > 0 && !alike(a, b):
		if short {
			return "A to B " + row(a) + "; B to A " + row(b)
		}
		return "its two ways differ: from A to B, " + told(a) + "; from B to A, " + told(b)
	case messages(b) > messages(a):
		a = b
	}
	if short {
		return row(a)
	}
	return told(a)
}

// row writes steps for a cell: "iSAC 30 ms? 55 %, then G.729 20 ms? > 99.9 %".
func row(list []step) string {
	if !fits(list) {
		return "nothing fits well"
	}
	var out []string
	for i := range list[:min(len(list), maxSteps)] {
		s := &list[i]
		text := FitName(s.fit) + "? " + percent(s.fit.Share)
		if s.poor {
			text = "nothing that fits well"
		}
		out = append(out, text)
	}
	if n := len(list) - maxSteps; n > 0 {
		out = append(out, count(int64(n), "more change"))
	}
	return strings.Join(out, ", then ")
}

// told writes steps as a clause: "they fit first … (55 %), then … (62 %)".
func told(list []step) string {
	if !fits(list) {
		near := &list[0]
		for i := range list {
			if list[i].fit.Share > near.fit.Share {
				near = &list[i]
			}
		}
		text := "no working point that is known fits its sizes and gaps well"
		if near.fit.Share > 0 {
			text += "; " + FitName(near.fit) + " comes nearest (" + percent(near.fit.Share) + ")"
		}
		return text
	}
	if len(list) == 1 {
		return "its sizes and gaps fit best with " + named(&list[0])
	}
	text := "in order of time, its sizes and gaps fit best first with " + named(&list[0])
	for i := range list[1:min(len(list), maxSteps+1)] {
		text += ", then with " + named(&list[i+1])
	}
	if n := len(list) - maxSteps - 1; n > 0 {
		text += ", and it changes " + count(int64(n), "time") + " more"
	}
	return text
}

func named(s *step) string {
	if s.poor {
		return "nothing that is known"
	}
	return FitName(s.fit) + " (" + percent(s.fit.Share) + ")"
}

// fits reports whether any step fits well.
func fits(list []step) bool {
	for i := range list {
		if !list[i].poor {
			return true
		}
	}
	return false
}
