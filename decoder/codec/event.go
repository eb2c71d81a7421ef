package codec

import (
	"strconv"
	"strings"
	"time"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// Telephone events: keys pressed during a call, told by number and not by their tones.
//
//	 0                   1                   2                   3
//	+---------------+-+-+-----------+-------------------------------+
//	|     event     |E|R|  volume   |           duration            |
//	+---------------+-+-+-----------+-------------------------------+
//
// Source: RFC 4733 §2.3.

var eventNames = field.Enum{
	{V: 0, S: "key 0"}, {V: 1, S: "key 1"}, {V: 2, S: "key 2"}, {V: 3, S: "key 3"}, {V: 4, S: "key 4"},
	{V: 5, S: "key 5"}, {V: 6, S: "key 6"}, {V: 7, S: "key 7"}, {V: 8, S: "key 8"}, {V: 9, S: "key 9"},
	{V: 10, S: "key *"}, {V: 11, S: "key #"}, {V: 12, S: "key A"}, {V: 13, S: "key B"}, {V: 14, S: "key C"}, {V: 15, S: "key D"},
	{V: 16, S: "flash"},
}

var (
	specEvent         = spec("event.report", "Telephone event", field.Raw, "rfc4733", "§2.3", "A key pressed or a signal of the line, told by its number; the last packet of an event is usually sent three times, all with the timestamp of its beginning.")
	specEventCode     = withEnum(spec("event.code", "Event", field.Dec, "rfc4733", "§3.2", "The number of the key or signal; 0 to 15 are the sixteen tone pairs of a telephone."), eventNames)
	specEventFlags    = spec("event.flags", "E, R and volume", field.Hex, "rfc4733", "§2.3", "Two flags and the loudness of the tone.")
	specEventEnd      = spec("event.end", "E, end", field.Flag, "rfc4733", "§2.3.2", "The event is over and the duration is final; such a packet is repeated so that its loss does no harm.")
	specEventReserved = spec("event.reserved", "R, reserved", field.Flag, "rfc4733", "§2.3.3", "This bit is reserved: senders leave it clear and receivers ignore it.")
	specEventVolume   = withUnit(spec("event.volume", "Volume", field.Dec, "rfc4733", "§2.3.4", "The loudness of the tone in decibels below the reference of a telephone line, without the minus sign."), "dB below 0 dBm0")
	specEventDuration = withUnit(spec("event.duration", "Duration", field.Dec, "rfc4733", "§2.3.5", "How long the event has lasted up to now, in steps of the timestamp, counted from the timestamp of the packet."), "ticks")
)

var telephoneEvent = &Codec{
	ID: TelephoneEvent, Name: "event", Title: "telephone events",
	Doc: "Key presses during a call, sent by number because a speech codec would spoil their tones.",
	RTP: "telephone-event", Clock: 8000, Kbits: "none",
	Why:     "Telephone events are numbers of keys; there is no sound in them.",
	Trust:   field.Specified,
	Cite:    []field.Cite{{Key: "rfc4733", Where: "§2.3"}},
	Specs:   []*field.Spec{specEvent, specEventCode, specEventFlags, specEventEnd, specEventReserved, specEventVolume, specEventDuration},
	Dissect: dissectEvent, Frames: framesEvent,
}

// EventName names a telephone event by its number: "4", "#", "flash", "event 32".
func EventName(code uint8) string {
	if name, ok := eventNames.Name(uint64(code)); ok {
		return strings.TrimPrefix(name, "key ")
	}
	return "event " + strconv.Itoa(int(code))
}

func framesEvent(_ *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	switch {
	case n == 0:
		return 0, 0, whyEmpty, false
	case n%4 != 0:
		return 0, 0, whyEvent(n), false
	}
	return n / 4, 0, "", true
}

func whyEvent(n int) string {
	return count(n, "byte") + " are no whole number of events of 4 bytes: " + count(n%4, "byte") + " left over"
}

func dissectEvent(d *dissect.D, p *Params) {
	if empty(d) {
		return
	}
	all := d.Left()
	n := all / 4
	d.Each(specEvent, min(n, maxFrames), func(d *dissect.D) {
		code := d.U8(specEventCode)
		d.Byte(specEventFlags, func(b dissect.Bits) {
			b.Mask(specEventEnd, 0x80)
			if b.Mask(specEventReserved, 0x40) != 0 {
				b.Note("should be clear")
			}
			b.Mask(specEventVolume, 0x3F)
		})
		long := d.U16(specEventDuration)
		d.Note("%s", ms(samples(int(long), p.rate(8000))))
		if name, ok := eventNames.Name(uint64(code)); ok {
			d.Head(field.Text(name))
		}
	})
	if n > maxFrames {
		d.Bytes(specFrames, 4*(n-maxFrames))
		d.Note("%s more", count(n-maxFrames, "event"))
	}
	leftover(d, whyEvent(all))
}
