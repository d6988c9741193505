#:package IlgpuGan.Models@0.1.0
#:property PublishAot=false

// Trains pix2pix and translates a picture: dotnet run pix2pix.cs [STEPS [PAIRS]]. PAIRS/train holds pictures, A on the left and B on the
// right; without PAIRS, synthetic facades are used. Run it again to continue the training on them.

var steps = args.Length > 0 ? long.Parse(args[0]) : 400;
var pairs = args.Length > 1 ? args[1] : "facades";
var folder = "run-" + string.Join('-', pairs.Split(Path.GetInvalidFileNameChars())); // Each folder of pairs has a run of its own.
if (args.Length < 2 && !Directory.Exists(pairs))
{
    new SyntheticFacades(count: 40, size: 128).WriteTo(Path.Combine(pairs, "train"));
}

using var device = Device.OpenBest();
var options = new Pix2PixOptions
{
    Data = pairs, Generator = GeneratorKind.Parse("unet128"), Ngf = 16, LoadSize = 143, CropSize = 128, Steps = steps,
};
using (var run = Directory.Exists(folder)
    ? TrainingRun.Resume(folder, o => o with { Steps = steps }, device: device)
    : TrainingRun.Create(folder, options, device: device))
{
    run.Train(); // Checkpoints, samples, a log and report.html are in its folder now.
}

var pair = PictureFile.Load(Directory.EnumerateFiles(Path.Combine(pairs, "train")).Order().First());
var input = pair.Crop(0, 0, pair.Width / 2, pair.Height);
using var translator = Translator.Open(folder, device);
var output = translator.Translate(input);
PictureFile.SaveSideBySide("translated.png", input, output);
Console.WriteLine($"translated.png shows an input and what the network makes of it, {folder}/report.html how it was trained.");
