using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

[TestFixture]
public sealed unsafe class AlignedMemoryTests
{
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(64 << 20)]
    public void BeginsAtACacheLine(long bytes)
    {
        var memory = AlignedMemory.Allocate(bytes);
        try
        {
            Assert.That((long)memory % 64, Is.Zero);
        }
        finally
        {
            AlignedMemory.Free(memory);
        }
    }

    [Test]
    public void AsksForLargePagesBehindBigBlocks()
    {
        if (!File.Exists("/sys/kernel/mm/transparent_hugepage/enabled"))
        {
            Assert.Ignore("this system has no transparent large pages");
        }

        var memory = AlignedMemory.Allocate(64 << 20);
        try
        {
            Assert.That((long)memory % (2 << 20), Is.Zero);
            Assert.That(FlagsOfMappingAt((nuint)memory + (32 << 20)), Does.Contain("hg"));
        }
        finally
        {
            AlignedMemory.Free(memory);
        }
    }

    /// <summary>What the kernel notes of the mapping around an address; "hg" is the advice to use large pages (proc(5), smaps).</summary>
    private static string[] FlagsOfMappingAt(nuint address)
    {
        var isInside = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var ends = line.Split(' ')[0].Split('-');
            if (ends is [var first, var end]
                && nuint.TryParse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var from)
                && nuint.TryParse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var to))
            {
                isInside = from <= address && address < to;
            }
            else if (isInside && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        return [];
    }
}
