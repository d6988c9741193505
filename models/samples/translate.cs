#:package IlgpuGan.Models@0.1.0
#:property IlcInstructionSet=native

// Translates a picture, as a program without .NET: dotnet publish translate.cs, then ./translate MODEL IN OUT

if (args.Length != 3)
{
    Console.Error.WriteLine("Name a model and two files: translate zoo:facades labels.png house.png");
    return 2;
}

try
{
    using var translator = Translator.Open(args[0]);
    PictureFile.Save(translator.Translate(PictureFile.Load(args[1])), args[2]);
    return 0;
}
catch (Exception problem)
    when (problem is PictureException or RunException or OptionsException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
