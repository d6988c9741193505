#:package IlgpuGan.Noise@0.1.0
#:property PublishAot=false

// Trains DCGAN on the pictures of a folder and generates nine more: dotnet run noise.cs [STEPS [PICTURES]]. Without PICTURES, drawn houses
// are used. Run it again to continue the training on them.

NoiseFamilies.Register(); // The families of this package, before their runs are opened.
var steps = args.Length > 0 ? long.Parse(args[0]) : 1000;
var pictures = args.Length > 1 ? args[1] : "houses";
var folder = "dcgan-" + string.Join('-', pictures.Split(Path.GetInvalidFileNameChars())); // Each folder of pictures has a run of its own.
if (args.Length < 2 && !Directory.Exists(pictures))
{
    new SyntheticFacades(count: 200, size: 32).WriteTo("pairs");
    Directory.CreateDirectory(pictures);
    foreach (var file in Directory.EnumerateFiles("pairs"))
    {
        var pair = PictureFile.Load(file); // A label map on the left, the house on the right.
        PictureFile.Save(pair.Crop(pair.Width / 2, 0, pair.Width / 2, pair.Height), Path.Combine(pictures, Path.GetFileName(file)));
    }
}

using var device = Device.OpenBest();
var options = DcganOptions.Small() with { Data = pictures, Steps = steps };
using (var run = Directory.Exists(folder)
    ? TrainingRun.Resume(folder, o => o with { Steps = steps }, device: device)
    : TrainingRun.Create(folder, options, device: device))
{
    run.Train();
}

using var generator = PictureGenerator.Open(folder, device);
foreach (var (i, picture) in generator.Generate(new GenerationRequest { Count = 9, Seed = 1 }).Index())
{
    PictureFile.Save(picture, $"generated{i}.png");
}

Console.WriteLine($"generated0.png to generated8.png show what the network makes of noise, {folder}/report.html how it was trained.");
