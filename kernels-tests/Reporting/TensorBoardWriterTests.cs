using System.Buffers.Binary;
using System.Text;
using IlgpuGan.Models.Reporting;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Reporting;

/// <summary>Reads the files back with a reader of their own: TFRecord framing and CRC-32C computed bit by bit.</summary>
public class TensorBoardWriterTests
{
    [Test]
    public void RecordsAreFramedAndChecksummed()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        using (var writer = new TensorBoardWriter(directory))
        {
            writer.Scalars(7, [new("loss/G_L1", 1.5)]);
            writer.Image(7, "sample", 2, 3, 3, new byte[] { 1, 2, 3 });
        }

        var records = Records(File.ReadAllBytes(Directory.GetFiles(directory).Single())).ToList();
        Directory.Delete(directory, recursive: true);

        Assert.That(records, Has.Count.EqualTo(3));
        Assert.That(Encoding.UTF8.GetString(records[0]), Does.Contain("brain.Event:2"));
        Assert.That(Encoding.UTF8.GetString(records[1]), Does.Contain("loss/G_L1"));
        var single = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(single, 1.5f);
        Assert.That(records[1].AsSpan().IndexOf(single), Is.GreaterThan(0));
        Assert.That(records[2].AsSpan().IndexOf(new byte[] { 0x22, 3, 1, 2, 3 }), Is.GreaterThan(0), "field 4 of the image: its bytes");
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
