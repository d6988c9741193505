using System.Buffers.Binary;
using Google.Protobuf;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ToolsTests.Reporting;

/// <summary>Reads the files back with a reader of their own: TFRecord framing and CRC-32C computed bit by bit.</summary>
public class TensorBoardWriterTests : InFolder
{
    [Test]
    public void RecordsAreFramedAndChecksummed()
    {
        using (var writer = new TensorBoardWriter(Folder))
        {
            writer.Scalars(7, [new("loss/G_L1", 1.5)]);
            writer.Image(7, "sample", 2, 3, 3, new byte[] { 1, 2, 3 });
        }

        var records = Records(File.ReadAllBytes(Directory.GetFiles(Folder).Single())).ToList();

        Assert.That(records, Has.Count.EqualTo(3));
        Assert.That(Encoding.UTF8.GetString(records[0]), Does.Contain("brain.Event:2"));
        Assert.That(Encoding.UTF8.GetString(records[1]), Does.Contain("loss/G_L1"));
        var single = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(single, 1.5f);
        Assert.That(records[1].AsSpan().IndexOf(single), Is.GreaterThan(0));
        Assert.That(records[2].AsSpan().IndexOf(new byte[] { 0x22, 3, 1, 2, 3 }), Is.GreaterThan(0), "field 4 of the image: its bytes");
    }

    /// <summary>No reader would find a record after one that is cut short.</summary>
    [Test]
    public void ARecordThatAFullDiskRefusesHarmsNoOther()
    {
        using (var disk = new FullDisk())
        {
            using var writer = new TensorBoardWriter(Folder);
            writer.Scalars(1, [new("loss/G_L1", 1.5)]);
            disk.IsFull = true;
            Assert.That(() => writer.Image(2, "sample", 2, 3, 3, new byte[1000]), Throws.TypeOf<IOException>());
            disk.IsFull = false;
            writer.Scalars(3, [new("loss/G_L1", 2.5)]);
            disk.IsFull = true;
            Assert.That(() => new TensorBoardWriter(Folder).Dispose(), Throws.TypeOf<IOException>());
        }

        var file = Directory.GetFiles(Folder).Single();
        Assert.That(Records(File.ReadAllBytes(file)).Select(Event.Parse).Select(e => e.Step), Is.EqualTo(new[] { 0, 1, 3 }));
    }

    /// <summary>A whole run's file, read with Google.Protobuf: every logged loss, every sample picture, in their order.</summary>
    [Test]
    public void ARunsEventsAreReadBack()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3, SampleFreq = 2 });
        var directory = new RunDirectory(_runs.PathOf("run"));
        var events = Records(File.ReadAllBytes(Directory.GetFiles(directory.TensorBoard).Single())).Select(Event.Parse).ToList();
        Assert.That(events[0].Version, Is.EqualTo("brain.Event:2"));

        foreach (var entry in LogEntry.ReadFile(directory.Log))
        {
            var scalars = events.Where(e => e.Step == entry.Step).SelectMany(e => e.Scalars).ToDictionary(s => s.Tag, s => s.Value);
            foreach (var (name, value) in entry.Losses)
            {
                Assert.That(scalars["loss/" + name], Is.EqualTo((float)value), name);
            }

            Assert.That(scalars["learning_rate"], Is.EqualTo((float)entry.LearningRate));
            Assert.That(
                scalars.Keys,
                Is.EquivalentTo(entry.Losses.Select(l => "loss/" + l.Key).Append("learning_rate").Append("images_per_second")));
        }

        var images = events.SelectMany(e => e.Images.Select(i => (e.Step, i.Tag, i.Width, i.Height, i.Encoded))).ToList();
        Assert.That(
            images.Select(i => (i.Step, i.Tag)),
            Is.EqualTo(new[] { 0, 2, 3 }.SelectMany(step => new[] { ((long)step, "samples/1"), (step, "samples/2") })));
        Assert.That(images.Select(i => i.Encoded), Is.EqualTo(directory.AllSamples().Select(s => File.ReadAllBytes(s.File))));
        Assert.That(images.Select(i => (i.Width, i.Height)), Is.All.EqualTo((3 * 32, 32)));
    }

    /// <summary>
    /// TensorBoard drops what an interrupted run wrote of steps that the resumed one takes again: the new file says from where.
    /// </summary>
    [Test]
    public void AResumedRunSaysWhereItBegins()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 4 }, stopAfter: 2);
        _runs.Resume("run");
        var files = Directory.GetFiles(new RunDirectory(_runs.PathOf("run")).TensorBoard).Order()
            .Select(f => Records(File.ReadAllBytes(f)).Select(Event.Parse).ToList()).ToList();
        Assert.That(files.Select(f => f.Where(e => e.Starts).Select(e => e.Step)), Is.EqualTo(new[] { Array.Empty<long>(), [3] }));
        Assert.That(files.SelectMany(f => f.Where(e => e.Scalars.Count > 0).Select(e => e.Step)), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    /// <summary>TensorBoard's own reader, where it is installed.</summary>
    [Test]
    public void TensorBoardItselfReadsThem()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3, SampleFreq = 2 });
        var directory = new RunDirectory(_runs.PathOf("run"));
        TestFiles.Python(
            "tensorboard",
            """
            import json, struct, sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1])
            events.Reload()
            log = [json.loads(line) for line in open(sys.argv[2])]
            for name in ("G_GAN", "G_L1", "D_real", "D_fake"):
                got = [(e.step, e.value) for e in events.Scalars("loss/" + name)]
                want = [(e["step"], struct.unpack("f", struct.pack("f", e[name]))[0]) for e in log]
                assert got == want, (got, want)
            assert [(e.step, e.width, e.height) for e in events.Images("samples/2")] == [(2, 96, 32), (3, 96, 32)]
            """,
            directory.TensorBoard,
            directory.Log);
    }

    /// <summary>What a TensorBoard event says, by the field numbers of its published schema (event.proto, summary.proto).</summary>
    private sealed record Event(
        long Step, string? Version, bool Starts, List<(string Tag, float Value)> Scalars,
        List<(string Tag, int Width, int Height, byte[] Encoded)> Images)
    {
        public static Event Parse(byte[] record)
        {
            var (step, version, starts) = (0L, (string?)null, false);
            var (scalars, images) = (new List<(string, float)>(), new List<(string, int, int, byte[])>());
            Fields(record, (field, input) =>
            {
                switch (field)
                {
                    case 1: Assert.That(input.ReadDouble(), Is.GreaterThan(1.7e9), "seconds since 1970"); break;
                    case 2: step = input.ReadInt64(); break;
                    case 3: version = input.ReadString(); break;
                    case 5: Fields(input.ReadBytes().ToByteArray(), (_, summary) => Value(summary.ReadBytes().ToByteArray())); break;
                    case 7: Fields(input.ReadBytes().ToByteArray(), (_, session) => starts = session.ReadEnum() == 1); break;
                    default: Assert.Fail($"field {field} of an event"); break;
                }
            });
            return new Event(step, version, starts, scalars, images);

            void Value(byte[] value)
            {
                var tag = "";
                Fields(value, (field, input) =>
                {
                    switch (field)
                    {
                        case 1: tag = input.ReadString(); break;
                        case 2: scalars.Add((tag, input.ReadFloat())); break;
                        case 4: images.Add(Image(tag, input.ReadBytes().ToByteArray())); break;
                        default: Assert.Fail($"field {field} of a value"); break;
                    }
                });
            }
        }

        private static (string Tag, int Width, int Height, byte[] Encoded) Image(string tag, byte[] image)
        {
            var (width, height, encoded) = (0, 0, Array.Empty<byte>());
            Fields(image, (field, input) =>
            {
                switch (field)
                {
                    case 1: height = input.ReadInt32(); break;
                    case 2: width = input.ReadInt32(); break;
                    case 3: Assert.That(input.ReadInt32(), Is.EqualTo(3), "channels"); break;
                    case 4: encoded = input.ReadBytes().ToByteArray(); break;
                    default: Assert.Fail($"field {field} of an image"); break;
                }
            });
            return (tag, width, height, encoded);
        }

        private static void Fields(byte[] message, Action<int, CodedInputStream> read)
        {
            using var input = new CodedInputStream(message);
            while (input.ReadTag() is not 0 and var tag)
            {
                read(WireFormat.GetTagFieldNumber(tag), input);
            }
        }
    }

    /// <summary>A disk that may be full: of what is written then, the first half finds room.</summary>
    private sealed class FullDisk : Disk, IDisposable
    {
        public FullDisk() => Current = this;

        public bool IsFull { get; set; }

        public override FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
            new Written(this, path, mode, access, share);

        public void Dispose() => Current = new Disk();

        private sealed class Written(FullDisk disk, string path, FileMode mode, FileAccess access, FileShare share)
            : FileStream(path, mode, access, share, bufferSize: 0)
        {
            public override void Write(byte[] array, int offset, int count)
            {
                base.Write(array, offset, disk.IsFull ? count / 2 : count);
                if (disk.IsFull)
                {
                    throw new IOException("no room");
                }
            }

            public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
        }
    }

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)), Is.EqualTo(Masked(file.AsSpan(at, 8))));
            var data = file[(at + 12)..(at + 12 + length)];
            Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)), Is.EqualTo(Masked(data)));
            yield return data;
            at += 16 + length;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var octet in data)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
    }
}
