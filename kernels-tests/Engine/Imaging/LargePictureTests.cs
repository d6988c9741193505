using IlgpuGan.Imaging.Jpeg;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>What a photograph took to be read and reduced is nobody's afterwards, on however many threads photographs were read.</summary>
[NonParallelizable]
internal sealed class LargePictureTests
{
    private const int Threads = 6;

    [Test]
    public void ThreadsKeepNothingOfLargePictures()
    {
        // Gray: one plane of 6 million samples.
        var (width, height) = (3000, 2000);
        var file = JpegEncoder.Encode(new Image(width, height, 1, new byte[width * height]), quality: 50);
        using var read = new CountdownEvent(Threads);
        using var measured = new ManualResetEventSlim();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            Read();
            read.Signal();
            measured.Wait(); // What a thread keeps is kept while it lives.
        })).ToList();
        threads.ForEach(thread => thread.Start());
        read.Wait();
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        measured.Set();
        threads.ForEach(thread => thread.Join());
        Assert.That(kept, Is.LessThan(width * height), "less than one plane");

        void Read()
        {
            var picture = ImageFile.Load(file);
            Assert.That(picture.Resize(width - 100, height - 100, ResizeFilter.Bicubic).Width, Is.EqualTo(width - 100));
        }
    }
}
