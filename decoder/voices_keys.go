package decoder

import (
	"encoding/binary"

	"somscope/decoder/capfile"
	"somscope/decoder/codec"
	"somscope/decoder/index"
	"somscope/decoder/rtp"
)

// Keys that are pressed during a call, told by telephone events. (RFC 4733)

const (
	maxKeys    = 64   // of a stream
	maxPressed = 4096 // sources that are asked for keys
)

// A KeyPress is one telephone event of a stream.
type KeyPress struct {
	Key    string // "4", "#", "flash", "event 32"
	Packet uint32 // the first of it, from 1
	Time   int64  // ns since 1970 of that packet
	NoTime bool
	Ticks  int // how long it lasted, in steps of the timestamp

	ts uint32
}

// A pressed is a payload type of a source.
type pressed struct {
	rtp.Key
	pt uint8
}

// presses are the keys of one payload type; more than maxKeys are only counted.
type presses struct {
	events bool // they may be ones
	list   []KeyPress
}

// keyPress looks for a key in a packet: telephone events are four bytes long. Where nobody says
// that they are ones, keysOf knows what they have been taken for.
func (c *Capture) keyPress(n uint32, row *index.Row, r *capfile.Record, p []byte, h *rtp.Header) {
	if h.PayEnd-h.PayOff != 4 || h.PayEnd > len(p) || h.Type < 96 {
		return
	}
	d := c.deep
	k := pressed{rtp.Key{Flow: row.Flow, Back: row.Flags&index.Reverse != 0, SSRC: h.SSRC}, h.Type}
	x := d.presses[k]
	if x == nil {
		if len(d.presses) >= maxPressed {
			return
		}
		if d.presses == nil {
			d.presses = map[pressed]*presses{}
		}
		of := c.codecOf(k.Key, h.Type, n)
		x = &presses{events: of.Codec == nil && of.Name == "" || of.Codec != nil && of.Codec.ID == codec.TelephoneEvent}
		d.presses[k] = x
	}
	if !x.events {
		return
	}
	e := p[h.PayOff:h.PayEnd]
	ticks := int(binary.BigEndian.Uint16(e[2:]))
	for i := len(x.list) - 1; i >= 0; i-- { // a key has many packets, and they may come late
		if y := &x.list[i]; y.ts == h.Timestamp {
			y.Ticks = max(y.Ticks, ticks)
			return
		}
	}
	if len(x.list) < maxKeys {
		x.list = append(x.list, KeyPress{Key: codec.EventName(e[0]), Packet: n + 1, Time: r.Time, NoTime: r.NoTime, Ticks: ticks, ts: h.Timestamp})
	}
}

// keysOf are the keys of a stream.
func (d *deep) keysOf(v *Voice) []KeyPress {
	for i := range v.Codecs {
		y := &v.Codecs[i]
		if y.Codec == nil || y.Codec.ID != codec.TelephoneEvent {
			continue
		}
		if x := d.presses[pressed{v.RTP.Key, y.Type}]; x != nil && len(x.list) > 0 {
			return x.list
		}
	}
	return nil
}
