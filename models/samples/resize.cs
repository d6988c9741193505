#:package IlgpuGan.Imaging@0.1.0
#:property PublishAot=false

// Converts a PNG or JPEG file to an upright PNG file, 256 pixels wide: dotnet run resize.cs IN OUT
using IlgpuGan.Imaging;

if (args.Length != 2)
{
    Console.Error.WriteLine("Name two files: dotnet run resize.cs IN.jpg OUT.png");
    return 2;
}

try
{
    var image = ImageFile.LoadUpright(args[0]);
    var small = image.Resize(256, Math.Max(1, image.Height * 256 / image.Width));
    ImageFile.Save(small, args[1]);
    Console.WriteLine($"{image.Width}×{image.Height} -> {small.Width}×{small.Height}");
    return 0;
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
