package rtp_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pion/rtcp"
	pion "github.com/pion/rtp"
	"github.com/pion/sdp/v3"

	"somscope/decoder/field"
	"somscope/decoder/rtp"
)

// values are the numbers and texts of all fields of a name, in their order.
func values(d *field.Dissection, name string) (all []string) {
	field.Walk(&d.Root, func(n *field.Node, _ int) bool {
		if n.Spec.Name == name {
			if v, ok := n.Value.Num(); ok {
				all = append(all, fmt.Sprint(v))
			} else {
				all = append(all, fmt.Sprint(n.Value.Any()))
			}
		}
		return true
	})
	return all
}

func same(t *testing.T, d *field.Dissection, name string, want ...any) {
	t.Helper()
	var w []string
	for _, x := range want {
		w = append(w, fmt.Sprint(x))
	}
	if got := values(d, name); !slices.Equal(got, w) {
		t.Errorf("%s: %v, want %v", name, got, w)
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// Random valid packets of another library's making are read as it meant them.
func TestRTPAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		p := pion.Packet{Header: pion.Header{Version: 2, Marker: r.IntN(2) == 0, PayloadType: uint8(r.IntN(64)), SequenceNumber: uint16(r.Uint32()), Timestamp: r.Uint32(), SSRC: r.Uint32()}}
		for range r.IntN(4) * r.IntN(6) {
			p.CSRC = append(p.CSRC, r.Uint32())
		}
		p.Payload = noise(r, r.IntN(200))
		var ids, lengths []any
		switch r.IntN(4) {
		case 0, 1:
			two := r.IntN(2) == 0
			p.Extension, p.ExtensionProfile = true, pion.ExtensionProfileOneByte
			if two {
				p.ExtensionProfile = pion.ExtensionProfileTwoByte
			}
			for id := 1; id <= 1+r.IntN(6); id++ {
				n := 1 + r.IntN(16)
				if two {
					n = 1 + r.IntN(255)
				}
				if err := p.SetExtension(uint8(id), noise(r, n)); err != nil {
					t.Fatal(err)
				}
				ids, lengths = append(ids, id), append(lengths, n)
			}
		}
		if r.IntN(3) == 0 {
			p.Padding, p.PaddingSize = true, byte(1+r.IntN(255))
			p.Header.PaddingSize = p.PaddingSize
		}
		raw, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		h, ok := rtp.Parse(raw, len(raw))
		if !ok || h.Marker != p.Marker || h.Type != p.PayloadType || h.Seq != p.SequenceNumber || h.Timestamp != p.Timestamp || h.SSRC != p.SSRC ||
			h.CSRCs != len(p.CSRC) || h.Extension != p.Extension || h.Padding != p.Padding || !bytes.Equal(raw[h.PayOff:h.PayEnd], p.Payload) {
			t.Fatalf("%+v, %v of %+v", h, ok, p)
		}
		d := dissectKind("rtp", raw, len(raw), nil)
		hold(t, d)
		if errs := d.Errs(); len(errs) != 0 {
			t.Fatal(errs)
		}
		var csrcs []any
		for _, c := range p.CSRC {
			csrcs = append(csrcs, c)
		}
		same(t, d, "rtp.csrc", csrcs...)
		same(t, d, "rtp.seq", p.SequenceNumber)
		same(t, d, "rtp.ssrc", p.SSRC)
		same(t, d, "rtp.timestamp", p.Timestamp)
		same(t, d, "rtp.type", p.PayloadType)
		if p.ExtensionProfile == pion.ExtensionProfileTwoByte {
			same(t, d, "rtp.ext.long.id", ids...)
			same(t, d, "rtp.ext.long.size", lengths...)
		} else {
			same(t, d, "rtp.ext.id", ids...)
			for i := range lengths {
				lengths[i] = lengths[i].(int) - 1
			}
			same(t, d, "rtp.ext.size", lengths...)
		}
		if p.Padding {
			same(t, d, "rtp.padding.count", p.PaddingSize)
		}
		if t.Failed() {
			t.Fatalf("% x", raw)
		}
	}
}

func TestRTCPAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	word := func() uint32 { return r.Uint32() }
	for range 300 {
		var blocks []rtcp.ReceptionReport
		var about, fraction, lost, seq, jitter, lsr []any
		for range r.IntN(4) {
			b := rtcp.ReceptionReport{SSRC: word(), FractionLost: uint8(word()), TotalLost: word() & 0x7FFFFF, LastSequenceNumber: word(), Jitter: word(), LastSenderReport: word(), Delay: word()}
			blocks = append(blocks, b)
			about, fraction, lost = append(about, b.SSRC), append(fraction, b.FractionLost), append(lost, b.TotalLost)
			seq, jitter, lsr = append(seq, b.LastSequenceNumber), append(jitter, b.Jitter), append(lsr, b.LastSenderReport)
		}
		sr := &rtcp.SenderReport{SSRC: word(), NTPTime: uint64(word())<<32 | uint64(word()), RTPTime: word(), PacketCount: word(), OctetCount: word(), Reports: blocks}
		cname := strings.Repeat("n", 1+r.IntN(60))
		sdes := &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{
			{Source: word(), Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: cname}, {Type: rtcp.SDESTool, Text: "tool"}}},
			{Source: word(), Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESNote, Text: strings.Repeat("x", r.IntN(9))}}},
		}}
		bye := &rtcp.Goodbye{Sources: []uint32{word(), word()}, Reason: strings.Repeat("r", 1+r.IntN(12))}
		nack := &rtcp.TransportLayerNack{SenderSSRC: word(), MediaSSRC: word(), Nacks: []rtcp.NackPair{{PacketID: uint16(word()), LostPackets: rtcp.PacketBitmap(word())}, {PacketID: 7}}}
		pli := &rtcp.PictureLossIndication{SenderSSRC: word(), MediaSSRC: word()}
		fir := &rtcp.FullIntraRequest{SenderSSRC: word(), FIR: []rtcp.FIREntry{{SSRC: word(), SequenceNumber: uint8(word())}}}
		remb := &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: word(), Bitrate: float32(r.IntN(1 << 17)), SSRCs: []uint32{word(), word()}}
		app := &rtcp.ApplicationDefined{SubType: uint8(r.IntN(32)), SSRC: word(), Name: "ABCD", Data: noise(r, 4*r.IntN(5))}
		voip := &rtcp.VoIPMetricsReportBlock{SSRC: word(), LossRate: uint8(word()), BurstDuration: uint16(word()), RoundTripDelay: uint16(word()), RFactor: 80, MOSLQ: 41, JBAbsMax: uint16(word())}
		stat := &rtcp.StatisticsSummaryReportBlock{SSRC: word(), BeginSeq: 5, EndSeq: 900, LostPackets: word(), DupPackets: word(), MaxJitter: word(), DevJitter: word(), MinTTLOrHL: 9, DevTTLOrHL: 3,
			LossReports: true, TTLorHopLimit: rtcp.ToHIPv6}
		xr := &rtcp.ExtendedReport{SenderSSRC: word(), Reports: []rtcp.ReportBlock{voip, stat,
			&rtcp.DLRRReportBlock{Reports: []rtcp.DLRRReport{{SSRC: word(), LastRR: 55, DLRR: 1 << 16}}},
			&rtcp.ReceiverReferenceTimeReportBlock{NTPTimestamp: sr.NTPTime},
			&rtcp.PacketReceiptTimesReportBlock{SSRC: word(), BeginSeq: 1, EndSeq: 3, ReceiptTime: []uint32{11, 12}},
			&rtcp.LossRLEReportBlock{T: 3, SSRC: word(), BeginSeq: 1, EndSeq: 3, Chunks: []rtcp.Chunk{0x4006, 0x8123}}}}
		cc := &rtcp.TransportLayerCC{Header: rtcp.Header{Count: 15, Type: rtcp.TypeTransportSpecificFeedback, Length: 5}, SenderSSRC: word(), MediaSSRC: word(), BaseSequenceNumber: 77, PacketStatusCount: 2, ReferenceTime: 99, FbPktCount: 5,
			PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{Type: rtcp.TypeTCCRunLengthChunk, PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 2}},
			RecvDeltas:   []*rtcp.RecvDelta{{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 500}, {Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 63750}}}
		raw, err := rtcp.Marshal([]rtcp.Packet{sr, sdes, app, nack, pli, fir, remb, cc, xr, bye})
		if err != nil {
			t.Fatal(err)
		}
		if !rtp.IsRTCP(raw, len(raw)) {
			t.Fatalf("not taken for RTCP: % x", raw)
		}
		if !strings.HasPrefix(rtp.InfoRTCP(raw, len(raw)), "sender report") {
			t.Errorf("Info %q", rtp.InfoRTCP(raw, len(raw)))
		}
		d := dissectKind("rtcp", raw, len(raw), nil)
		hold(t, d)
		if errs := d.Errs(); len(errs) != 0 {
			t.Fatal(errs)
		}
		same(t, d, "rtcp.ntp.seconds", sr.NTPTime>>32, sr.NTPTime>>32)
		same(t, d, "rtcp.sr.timestamp", sr.RTPTime)
		same(t, d, "rtcp.sr.packets", sr.PacketCount)
		same(t, d, "rtcp.sr.bytes", sr.OctetCount)
		same(t, d, "rtcp.report.fraction", fraction...)
		if got := values(d, "rtcp.report.ssrc"); len(got) != len(blocks)+5 || len(blocks) > 0 && got[0] != fmt.Sprint(about[0]) {
			t.Errorf("rtcp.report.ssrc: %v", got)
		}
		for i, v := range values(d, "rtcp.report.lost") { // signed in the tree
			if n := lost[i].(uint32); v != fmt.Sprint(uint64(int64(int32(n<<8)>>8))) {
				t.Errorf("lost %s, want %d", v, n)
			}
		}
		same(t, d, "rtcp.report.highest", seq...)
		same(t, d, "rtcp.report.jitter", jitter...)
		same(t, d, "rtcp.report.lsr", lsr...)
		if x := d.Find("rtcp.sdes.cname"); string(raw[x.Range.FirstByte():x.Range.LastByte()]) != cname { // its text is private
			t.Errorf("rtcp.sdes.cname: %v, want %q", x.Range, cname)
		}
		same(t, d, "rtcp.sdes.tool", "tool")
		same(t, d, "rtcp.source", sdes.Chunks[0].Source, sdes.Chunks[1].Source, bye.Sources[0], bye.Sources[1])
		same(t, d, "rtcp.bye.reason", bye.Reason)
		same(t, d, "rtcp.app.name", "ABCD")
		same(t, d, "rtcp.subtype", app.SubType)
		same(t, d, "rtcp.nack.first", nack.Nacks[0].PacketID, 7)
		same(t, d, "rtcp.nack.bits", uint16(nack.Nacks[0].LostPackets), 0)
		same(t, d, "rtcp.fir.ssrc", fir.FIR[0].SSRC)
		same(t, d, "rtcp.fir.number", fir.FIR[0].SequenceNumber)
		same(t, d, "rtcp.remb.mantissa", int(remb.Bitrate))
		same(t, d, "rtcp.remb.ssrc", remb.SSRCs[0], remb.SSRCs[1])
		same(t, d, "rtcp.twcc.base", 77)
		same(t, d, "rtcp.twcc.run", 2)
		same(t, d, "rtcp.twcc.delta", 2, 255)
		same(t, d, "rtcp.xr.voice.loss", voip.LossRate)
		same(t, d, "rtcp.xr.voice.bursttime", voip.BurstDuration)
		same(t, d, "rtcp.xr.voice.roundtrip", voip.RoundTripDelay)
		same(t, d, "rtcp.xr.voice.moslq", 41)
		same(t, d, "rtcp.xr.voice.absolute", voip.JBAbsMax)
		same(t, d, "rtcp.xr.stat.lost", stat.LostPackets)
		same(t, d, "rtcp.xr.stat.maxjitter", stat.MaxJitter)
		same(t, d, "rtcp.xr.stat.hashops", 2)
		same(t, d, "rtcp.xr.stat.devhops", 3)
		same(t, d, "rtcp.xr.delay.lrr", 55)
		same(t, d, "rtcp.xr.arrival", 11, 12)
		same(t, d, "rtcp.xr.run", 0x4006, 0x8123)
		same(t, d, "rtcp.xr.thinning", 0, 3)
		if t.Failed() {
			t.Fatalf("% x", raw)
		}
	}
}

func TestSDPAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		ip := netip.AddrFrom4([4]byte{192, 0, 2, byte(r.IntN(256))})
		s := sdp.SessionDescription{
			Origin: sdp.Origin{Username: "-", SessionID: r.Uint64(), SessionVersion: 1, NetworkType: "IN", AddressType: "IP4", UnicastAddress: ip.String()}, SessionName: "call",
			ConnectionInformation: &sdp.ConnectionInformation{NetworkType: "IN", AddressType: "IP4", Address: &sdp.Address{Address: ip.String()}},
			TimeDescriptions:      []sdp.TimeDescription{{}},
		}
		var want []rtp.Offer
		for range 1 + r.IntN(3) {
			o := rtp.Offer{Kind: "audio", Proto: "RTP/AVP", At: netip.AddrPortFrom(ip, uint16(1024+r.IntN(60000)))}
			m := &sdp.MediaDescription{MediaName: sdp.MediaName{Media: o.Kind, Port: sdp.RangedPort{Value: int(o.At.Port())}, Protos: []string{"RTP", "AVP"}}}
			for i := range 1 + r.IntN(5) {
				x := rtp.Map{Type: uint8(96 + i), Name: fmt.Sprintf("codec%d", i), Clock: 8000 * (1 + r.IntN(6)), Channels: r.IntN(3)}
				m.MediaName.Formats = append(m.MediaName.Formats, fmt.Sprint(x.Type))
				v := fmt.Sprintf("%d %s/%d", x.Type, x.Name, x.Clock)
				if x.Channels > 0 {
					v += fmt.Sprintf("/%d", x.Channels)
				}
				m.Attributes = append(m.Attributes, sdp.NewAttribute("rtpmap", v))
				if r.IntN(2) == 0 {
					x.Fmtp = "mode=20; a=b"
					m.Attributes = append(m.Attributes, sdp.NewAttribute("fmtp", fmt.Sprintf("%d %s", x.Type, x.Fmtp)))
				}
				o.Types = append(o.Types, x)
			}
			if o.Ptime = 10 * r.IntN(4); o.Ptime > 0 {
				m.Attributes = append(m.Attributes, sdp.NewAttribute("ptime", fmt.Sprint(o.Ptime)))
			}
			if o.Muxed = r.IntN(2) == 0; o.Muxed {
				m.Attributes = append(m.Attributes, sdp.NewPropertyAttribute("rtcp-mux"))
			}
			s.MediaDescriptions = append(s.MediaDescriptions, m)
			want = append(want, o)
		}
		raw, err := s.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		got := rtp.ReadSIP(raw, netip.Addr{})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%s\ngot  %+v\nwant %+v", raw, got, want)
		}
		d := dissectKind("sip", raw, len(raw), nil)
		hold(t, d)
		if errs := d.Errs(); len(errs) != 0 {
			t.Fatalf("%v\n%s", errs, raw)
		}
		var back sdp.SessionDescription
		if err := back.Unmarshal(raw); err != nil {
			t.Fatal(err)
		}
		var ports []any
		for _, m := range back.MediaDescriptions {
			ports = append(ports, m.MediaName.Port.Value)
		}
		same(t, d, "sdp.port", ports...)
	}
}
