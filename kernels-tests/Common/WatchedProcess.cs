using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>Tells the process that started this one, if it wants to know, which kernels the tests have launched.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WatchedProcessAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        if (Environment.GetEnvironmentVariable(TestDevices.WatchedKernels) is { } file)
        {
            File.WriteAllLines(file, TestDevices.LaunchedKernels());
        }
    }
}
