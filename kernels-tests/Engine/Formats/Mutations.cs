using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.EngineTests.Formats;

/// <summary>Damages a good file at random, again and again, and reads it: it is read, or refused with the one exception.</summary>
internal static class Mutations
{
    private static readonly byte[] s_telling = [0, 1, 0x7F, 0x80, 0xFF, (byte)'(', (byte)'.', (byte)'t', (byte)'"', (byte)'{'];

    /// <summary>
    /// Returns how many of the damaged files were refused. The test parameter <c>rounds</c> asks for more than the usual.
    /// </summary>
    public static int Survive(byte[] whole, int rounds, int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        rounds = TestContext.Parameters.Get("rounds", rounds);
        for (var round = 0; round < rounds; round++)
        {
            var path = TestFiles.Write("mutant", Mutate(whole, random));
            try
            {
                refused += TestFiles.Attempt(path) is null ? 0 : 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }
        }

        return refused;
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = s_telling[random.Next(s_telling.Length)]; break;
                case 2: bytes.Insert(at, s_telling[random.Next(s_telling.Length)]); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at - 1)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 33), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }
}
