using System.Runtime.InteropServices;

namespace IlgpuGan.ModelsTests.Data;

public sealed class PointSetsTests : InFolder
{
    private string Split => Path.Combine(Folder, "train");

    [Test]
    public void BatchesHoldThePointsOfBothSets()
    {
        Save("A", "<f4", [3, 2], 1, 2, -0.5f, 1e-7f, 3, 4);
        Save("B", "<f4", [1, 2], 9, 8);
        foreach (var batch in PointSets.Open(Split).InOrder(batchSize: 3).On(Device))
        {
            Assert.That(batch.A.ToArray(), Is.EqualTo(new[] { 1, 2, -0.5f, 1e-7f, 3, 4 }));
            Assert.That(batch.B.ToArray(), Is.EqualTo(new[] { 9f, 8, 9, 8, 9, 8 }));
        }

        var back = PointSets.Open(Split, Direction.BToA, atMost: 2);
        Assert.That(back.Count, Is.EqualTo(2));
        foreach (var batch in back.InOrder(batchSize: 2).On(Device))
        {
            Assert.That(batch.A.ToArray(), Is.EqualTo(new[] { 9f, 8, 9, 8 }));
        }

        Assert.That(PointSets.Exist(Split));
        Assert.That(PointSets.Exist(Path.Combine(Folder, "val")), Is.False);
    }

    [Test]
    public void ABadFileIsOneSentence()
    {
        AssertRefused("no such file");
        Save("A", "<f4", [2, 3], 1, 2, 3, 4, 5, 6);
        AssertRefused("an array (N, 2) of float32");
        Save("A", "<i4", [1, 2], 1, 2);
        AssertRefused("an array (N, 2) of float32");
        Save("A", "<f4", [2, 2], 1, 2);
        AssertRefused("8");
        Save("A", "<f4", [2, 2], 1, 2, 3, float.NaN);
        AssertRefused("point 1 has a NaN");
        File.WriteAllText(Split + "A.npy", "1,2");
        AssertRefused("not a NumPy file");
    }

    private void AssertRefused(string reason) =>
        Fails.Starting<PictureException>(() => PointSets.Open(Split), Split + "A.npy: ", reason);

    private void Save(string set, string type, int[] shape, params float[] values) =>
        NpyFile.SaveArray($"{Split}{set}.npy", type, shape, MemoryMarshal.AsBytes(values.AsSpan()));
}
