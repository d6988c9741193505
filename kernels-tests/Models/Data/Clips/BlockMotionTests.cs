using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>Motion that is known, found again.</summary>
internal sealed class BlockMotionTests
{
    /// <summary>A window that wanders over noise: all blocks that were in sight before are found where they were.</summary>
    [TestCase(0, 0)]
    [TestCase(3, -2)]
    [TestCase(-7, 7)]
    [TestCase(7, 1)]
    public void AShiftIsFound(int right, int down)
    {
        const int width = 45, height = 38;
        var world = Noise(1, 80, 80);
        var (before, after) = (world.Crop(20, 20, width, height), world.Crop(20 + right, 20 + down, width, height));
        var motion = BlockMotion.Between(before, after);
        var moved = motion.Move(SamplesOf(before), 3);

        var inSight = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (!WasInSight(x / 8 * 8, y / 8 * 8))
                {
                    continue;
                }

                inSight++;
                Assert.That(motion.ShiftAt(x, y), Is.EqualTo((right, down)), $"{x}, {y}");
                for (var c = 0; c < 3; c++)
                {
                    Assert.That(moved[(((y * width) + x) * 3) + c], Is.EqualTo(SamplesOf(after)[(((y * width) + x) * 3) + c]));
                }
            }
        }

        Assert.That(inSight, Is.GreaterThan(width * height / 3));

        bool WasInSight(int left, int top) =>
            left + right >= 0 && Math.Min(left + 8, width) + right <= width
            && top + down >= 0 && Math.Min(top + 8, height) + down <= height;
    }

    /// <summary>Where the same is seen, nothing differs; what is new differs, and so do its neighbours within two pixels.</summary>
    [Test]
    public void DifferencesAreMeansOverNeighbours()
    {
        const int side = 24;
        var before = new Image(side, side, 1, new byte[side * side]);
        var samples = new byte[side * side];
        samples[(9 * side) + 9] = 50; // Under a level a pixel of its block: nothing is searched.
        var motion = BlockMotion.Between(new Picture(before), new Picture(new Image(side, side, 1, samples)));
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var isNear = Math.Abs(x - 9) <= 2 && Math.Abs(y - 9) <= 2;
                Assert.That(motion.Differences[(y * side) + x], Is.EqualTo(isNear ? 50 / 25f : 0).Within(1e-5), $"{x}, {y}");
                Assert.That(motion.ShiftAt(x, y), Is.EqualTo((0, 0)));
            }
        }
    }

    /// <summary>At a corner there are 3×3 of the 5×5 neighbours.</summary>
    [Test]
    public void CornersHaveFewerNeighbours()
    {
        var motion = BlockMotion.Between(
            new Picture(new Image(8, 8, 1, new byte[64])), new Picture(new Image(8, 8, 1, [36, .. new byte[63]])));
        Assert.That(motion.Differences[0], Is.EqualTo(4).Within(1e-5));
        Assert.That(motion.Differences[(2 * 8) + 2], Is.EqualTo(36 / 25f).Within(1e-5));
    }

    [TestCase(1, 1)]
    [TestCase(3, 9)]
    [TestCase(17, 2)]
    public void PicturesOfAnySize(int width, int height)
    {
        var (before, after) = (Noise(1, width, height), Noise(2, width, height));
        Assert.That(BlockMotion.Between(before, after).Differences, Has.Length.EqualTo(width * height));
        Assert.That(BlockMotion.Between(before, before).Differences, Is.All.Zero);
    }

    [Test]
    public void FramesOfTwoSizesAreRefused() =>
        Fails.With<ArgumentException>(() => BlockMotion.Between(Noise(1, 8, 8), Noise(1, 8, 9)), "8x9");

    internal static Picture Noise(int seed, int width, int height)
    {
        var samples = new byte[3 * width * height];
        new Random(seed).NextBytes(samples);
        return new Picture(new Image(width, height, 3, samples));
    }

    private static float[] SamplesOf(Picture picture) => Array.ConvertAll(FakeFfmpeg.BytesOf(picture), sample => (float)sample);
}
