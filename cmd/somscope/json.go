package main

import (
	"strconv"
	"time"

	"somscope/decoder/field"
)

// An object is a JSON object that is being written behind b.
type object struct {
	b    []byte
	more bool // a member stands already
}

func begin(b []byte) object { return object{b: append(b, '{')} }

func (o *object) end() []byte { return append(o.b, '}') }

// key begins a member.
func (o *object) key(name string) {
	if o.more {
		o.b = append(o.b, ',')
	}
	o.more = true
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, `":`...)
}

func (o *object) text(name, s string) {
	o.key(name)
	o.b = field.AppendJSONString(o.b, s)
}

// word is text that is left out when there is none.
func (o *object) word(name, s string) {
	if s != "" {
		o.text(name, s)
	}
}

func (o *object) number(name string, n int64) {
	o.key(name)
	o.b = strconv.AppendInt(o.b, n, 10)
}

func (o *object) truth(name string, v bool) {
	o.key(name)
	o.b = strconv.AppendBool(o.b, v)
}

func (o *object) texts(name string, list []string) {
	o.key(name)
	o.b = append(o.b, '[')
	for i, s := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = field.AppendJSONString(o.b, s)
	}
	o.b = append(o.b, ']')
}

// packets is a list of packets, or flows, that count from 0, as numbers from 1.
func (o *object) packets(name string, list []uint32) {
	o.key(name)
	o.b = appendNumbers(o.b, list, 1)
}

// each is a list of n objects.
func (o *object) each(name string, n int, member func(o *object, i int)) {
	o.key(name)
	o.b = append(o.b, '[')
	for i := range n {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		m := begin(o.b)
		member(&m, i)
		o.b = m.end()
	}
	o.b = append(o.b, ']')
}

// time is RFC 3339 with nine digits, or null.
func (o *object) time(name string, ns int64, known bool) {
	o.key(name)
	if !known {
		o.b = append(o.b, "null"...)
		return
	}
	o.b = field.AppendJSONString(o.b, nineDigits(ns))
}

func nineDigits(ns int64) string {
	return time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000000000Z")
}

// appendNumbers appends a JSON list of numbers, each larger by more than in list.
func appendNumbers(b []byte, list []uint32, more uint64) []byte {
	b = append(b, '[')
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, uint64(n)+more, 10)
	}
	return append(b, ']')
}

// cites writes citations as people do: the source's key, a space, the place in it.
func cites(list []field.Cite) []string {
	out := []string{}
	for _, c := range list {
		s := c.Key
		if c.Where != "" {
			s += " " + c.Where
		}
		out = append(out, s)
	}
	return out
}
