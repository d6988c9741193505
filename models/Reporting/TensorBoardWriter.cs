using System.Buffers.Binary;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Appends scalars and pictures to a TensorBoard event file (<c>events.out.tfevents.*</c>): TFRecord framing
/// (length, masked CRC-32C, data, masked CRC-32C) around protobuf <c>Event</c> messages.
/// </summary>
internal sealed class TensorBoardWriter : IDisposable
{
    private readonly FileStream _file;

    /// <param name="directory">log directory of TensorBoard; created if missing</param>
    /// <param name="firstStep">
    /// first step of a resumed run: events of this and later steps in earlier files are discarded; 0 for a new run
    /// </param>
    public TensorBoardWriter(string directory, long firstStep = 0)
    {
        Directory.CreateDirectory(directory);
        var now = DateTimeOffset.UtcNow;
        var path = Path.Combine(
            directory,
            $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{Environment.ProcessId}.{now.Ticks % TimeSpan.TicksPerSecond:D7}");
        _file = Disk.Current.Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        try
        {
            WriteEvent(0, message => message.Text(3, "brain.Event:2"));
            if (firstStep > 0)
            {
                const int sessionStarts = 1;
                WriteEvent(firstStep, message => message.Message(7, session => session.Integer(1, sessionStarts)));
            }
        }
        catch (IOException)
        {
            Dispose();
            Disk.Current.Delete(path);
            throw;
        }
    }

    /// <summary>Logs scalars of one step.</summary>
    public void Scalars(long step, IEnumerable<KeyValuePair<string, double>> values) =>
        WriteEvent(step, message => message.Message(5, summary =>
    {
        foreach (var (tag, value) in values)
        {
            summary.Message(1, entry => entry.Text(1, tag).Single(2, (float)value));
        }
    }));

    /// <summary>Logs an encoded picture (PNG or JPEG).</summary>
    public void Image(long step, string tag, int width, int height, int channels, ReadOnlyMemory<byte> encoded) =>
        WriteEvent(step, message => message.Message(5, summary => summary.Message(1, entry => entry
            .Text(1, tag)
            .Message(4, image => image.Integer(1, height).Integer(2, width).Integer(3, channels).Bytes(4, encoded.Span)))));

    public void Dispose() => _file.Dispose();

    private void WriteEvent(long step, Action<ProtobufMessage> content)
    {
        var message = new ProtobufMessage();
        message.Double(1, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds).Integer(2, step);
        content(message);
        var data = message.ToArray();
        const int header = 12;
        const int footer = 4;
        var record = new byte[header + data.Length + footer];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, header);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(header + data.Length), MaskedCrc(data));
        var start = _file.Position;
        try
        {
            Disk.Writing(() => _file.Write(record));
        }
        catch (IOException)
        {
            _file.SetLength(start); // Without the part that a full disk took: no reader would find the records after it.
            throw;
        }
    }

    /// <summary>Masked CRC-32C (rotated and offset), so that checksums of data with embedded checksums stay strong.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var octet in data)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, octet);
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
    }

    /// <summary>The part of protobuf's wire format that events need.</summary>
    private sealed class ProtobufMessage
    {
        private readonly MemoryStream _bytes = new();

        public ProtobufMessage Integer(int field, long value)
        {
            Tag(field, 0);
            Variable((ulong)value);
            return this;
        }

        public ProtobufMessage Double(int field, double value)
        {
            Tag(field, 1);
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            _bytes.Write(bytes);
            return this;
        }

        public ProtobufMessage Single(int field, float value)
        {
            Tag(field, 5);
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _bytes.Write(bytes);
            return this;
        }

        public ProtobufMessage Bytes(int field, ReadOnlySpan<byte> value)
        {
            Tag(field, 2);
            Variable((ulong)value.Length);
            _bytes.Write(value);
            return this;
        }

        public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public ProtobufMessage Message(int field, Action<ProtobufMessage> content)
        {
            var inner = new ProtobufMessage();
            content(inner);
            return Bytes(field, inner.ToArray());
        }

        public byte[] ToArray() => _bytes.ToArray();

        private void Tag(int field, int wireType) => Variable((ulong)((field << 3) | wireType));

        private void Variable(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
            {
                _bytes.WriteByte((byte)(value | 0x80));
            }

            _bytes.WriteByte((byte)value);
        }
    }
}
